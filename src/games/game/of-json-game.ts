/** Upstream's games in JSON, with the phases that their moves leave out. */
import { PHASES } from '../../engine/phases.ts';
import { problemOf } from '../bad-game.ts';
import { jsonGame } from '../upstream/json-game.ts';
import { canonicalPhase } from '../upstream/moves.ts';
import type { RingriftGame } from '../upstream/types.ts';
import type { Game } from './game.ts';
import { gameOfUpstream } from './of-upstream.ts';
import { replay } from './replay.ts';

/** replay() checks it. @throws RrError RECORD_INVALID */
export const gameOfJson = (value: object, where: string, created: string): Game =>
  gameOfUpstream(rowsOfJson(value, where, created), where);

/**
 * The rows of a game in JSON. A move of such a record need not say its phase; a replay does. Cost: one replay where any is
 * missing.
 * @throws RrError RECORD_INVALID
 */
export const rowsOfJson = (value: object, where: string, created: string): RingriftGame =>
  withPhases(jsonGame(value, where, created), value, where);

const hasPhase = (move: unknown): boolean =>
  typeof move === 'object' && move !== null && 'phase' in move && typeof move.phase === 'string' && move.phase !== '';

function withPhases(rows: RingriftGame, value: object, where: string): RingriftGame {
  const named = 'moves' in value && Array.isArray(value.moves) ? value.moves : [];
  const silent = named.map((move: unknown) => !hasPhase(move));
  if (!silent.includes(true)) return rows;
  const phases = rows.moves.map(({ phase }) => phase);
  try {
    const visitor = {
      position: ({ state, ply }: { readonly state: { readonly phase: number }; readonly ply: number }) => {
        const phase = canonicalPhase(PHASES[state.phase] ?? null, 'place_ring');
        if (silent[ply] && phase !== undefined) phases[ply] = phase;
        return true;
      },
    };
    replay(gameOfUpstream(rows, where), visitor, { anyResult: true });
  } catch (error) {
    // rethrows what is not about the game; whoever replays it next says what is wrong with it
    problemOf(error);
  }
  return {
    ...rows,
    moves: rows.moves.map((move, ply) => {
      const phase = phases[ply] ?? move.phase;
      return { ...move, phase, move: { ...move.move, phase } };
    }),
  };
}
