/** Draws who sits where from weighted names: `heuristic:0.7,random:0.3`. */

import { RrError } from '../../core/errors.ts';
import type { Random } from '../../engine/random.ts';

export interface MixEntry {
  readonly player: string;
  /** Relative to the other weights. */
  readonly weight: number;
}

/** Every seat draws for itself, or one draw fills all seats of a game. */
export const MIX_SCOPES = ['seat', 'game'] as const;
export type MixScope = (typeof MIX_SCOPES)[number];

/** @throws RrError USAGE for anything but NAME:WEIGHT,… with a positive sum. */
export function parseMix(text: string): MixEntry[] {
  const entries = text.split(',').map((part): MixEntry => {
    const [, player, weight] = /^([a-z][\w-]*):(\d+(?:\.\d+)?)$/.exec(part) ?? [];
    if (player === undefined) {
      throw new RrError('USAGE', { detail: `--mix: '${part}' is not NAME:WEIGHT, such as heuristic:0.7,random:0.3` });
    }
    return { player, weight: Number(weight) };
  });
  if (entries.some(({ weight }) => weight > 0)) return entries;
  throw new RrError('USAGE', { detail: `--mix: the weights of '${text}' sum to nothing` });
}

/** Names for the seats of one game. */
export function drawSeats(mix: readonly MixEntry[], seats: number, scope: MixScope, random: Random): string[] {
  if (scope === 'game') return new Array<string>(seats).fill(drawOne(mix, random));
  return Array.from({ length: seats }, () => drawOne(mix, random));
}

function drawOne(mix: readonly MixEntry[], random: Random): string {
  let left = random.unit() * mix.reduce((sum, { weight }) => sum + weight, 0);
  const drawn = mix.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  // Rounding may leave a sliver at the end: it belongs to the last name that has any weight.
  return (drawn ?? mix.findLast(({ weight }) => weight > 0) ?? mix[0]).player;
}
