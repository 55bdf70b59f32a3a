/**
 * How a recorded game reads `process_line` on a line longer than needed (docs/upstream-formats.md §1.6). Upstream's readers
 * collapse the line, so that is the reading unless the stored hashes fit the other one for longer.
 */
import { RulesError } from '../../engine/errors.ts';
import { stateHash } from '../../engine/fingerprint.ts';
import type { RawMove } from '../../engine/json/move.ts';
import { PHASES } from '../../engine/phases.ts';
import type { Dialect } from '../upstream/variants.ts';
import type { Game } from './game.ts';
import { Walk } from './walk.ts';

const known = new WeakMap<Game, Dialect>();

/** Cost: nothing for games without such a line; else a replay or two, once a game. */
export function dialectOf(game: Game): Dialect {
  if (game.exceptions !== 'anywhere' && game.exceptions.size === 0) return 'readers';
  let dialect = known.get(game);
  if (dialect === undefined) {
    dialect = game.moves.some((move) => isOverlong(move, game.initial.rules.lineLength)) ? decide(game) : 'readers';
    known.set(game, dialect);
  }
  return dialect;
}

function isOverlong(move: number | RawMove, lineLength: number): boolean {
  if (typeof move === 'number' || move.type !== 'process_line' || !Array.isArray(move.formedLines)) return false;
  const [line]: readonly unknown[] = move.formedLines;
  if (typeof line !== 'object' || line === null || !('positions' in line)) return false;
  return Array.isArray(line.positions) && line.positions.length > lineLength;
}

function decide(game: Game): Dialect {
  const readers = agreement(game, 'readers');
  return readers < game.moves.length && agreement(game, 'rules') > readers ? 'rules' : 'readers';
}

/** Moves until a replay contradicts what the source stored. */
function agreement(game: Game, dialect: Dialect): number {
  const { claims, moves } = game;
  let agreed = 0;
  const walk = new Walk(
    game,
    {
      position: ({ state, ply }) => {
        const hash = ply > 0 ? claims?.plies[ply - 1]?.hashAfter : undefined;
        const next = claims?.plies[ply];
        const over = state.isOver || (ply === moves.length && game.status === 'completed');
        if (hash !== undefined && hash !== stateHash(state) && hash !== stateHash(state, over)) return false;
        const { phase = PHASES[state.phase], player = state.player } = next ?? {};
        if (!state.isOver && (phase !== PHASES[state.phase] || player !== state.player)) return false;
        agreed = ply;
        return true;
      },
    },
    { dialect, allowBroken: true },
  );
  try {
    walk.run();
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
  }
  return agreed;
}
