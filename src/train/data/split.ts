/** Division of games into those that are learned from and those that judge. All samples of a game go the same way. */
import { createHash } from 'node:crypto';

/**
 * [G]: 1 for games held out. A game's side depends on the seed and its id alone, so it stays there when games come and
 * go. With a fraction above zero and two games or more, at least one game is on either side.
 */
export function heldOut(ids: readonly string[], fraction: number, seed: number): Uint8Array {
  const draws = ids.map((id) => createHash('sha256').update(`${seed}:${id}`).digest().readUInt32BE() / 2 ** 32);
  const held = Uint8Array.from(draws, (draw) => (draw < fraction ? 1 : 0));
  if (fraction <= 0 || ids.length < 2) return held.fill(0);
  if (!held.includes(1)) held[draws.indexOf(Math.min(...draws))] = 1;
  else if (!held.includes(0)) held[draws.indexOf(Math.max(...draws))] = 0;
  return held;
}
