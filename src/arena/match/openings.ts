/** Short random openings, so that deterministic players do not repeat one game. Equal for all games of a block. */
import { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import { GameInPlay } from '../../search/play/game.ts';

/** Stream of the draws; those of a game's own players have other keys (search/play/streams.ts). */
const OPENING_STREAM = 3;

/** Openings that end the game are thrown away; on no board does that happen often, and never so often. */
const ATTEMPTS = 100;

/**
 * The moves of opening number `block` of a seed, bookkeeping included: `decisions` uniformly random decisions.
 * The same block has the same opening against every opponent, so that their results compare.
 */
export function openingMoves(rules: Rules, seed: number, block: number, decisions: number): Int32Array {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const random = new Random(seed, block, OPENING_STREAM, attempt);
    const game = new GameInPlay(rules, { maxMoves: Number.MAX_SAFE_INTEGER, hashes: false });
    for (let i = 0; i < decisions && !game.isOver; i++) game.play(game.drawMove(random));
    if (!game.isOver) return game.packedMoves();
  }
  throw new RangeError(`no opening of ${decisions} random decisions leaves the game open; use fewer`);
}
