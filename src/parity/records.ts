/** The records `rr parity` writes, one shape each. */

import type { BadGame } from '../games/bad-game.ts';
import { configOf, type Game } from '../games/game/game.ts';
import { type Divergence, type GameCheck, isResultOnly } from './check.ts';

export interface CheckRecord {
  readonly type: 'check';
  readonly source: string;
  readonly game: string;
  readonly config: string;
  /** `result`: everything agrees but what is said of the end. */
  readonly status: 'ok' | 'result' | 'diverged' | 'unreadable';
  readonly plies: number;
  readonly hashes: number;
  /** Moves accepted although the legal set does not list them, by name. */
  readonly variants?: GameCheck['variants'];
  /** Where the record can be read in two ways: how it was read. */
  readonly notes?: readonly string[];
  readonly problem?: string;
}

export interface DivergenceRecord {
  readonly type: 'divergence';
  readonly source: string;
  readonly game: string;
  readonly config: string;
  readonly kind: Divergence['kind'];
  readonly move: number;
  readonly phase: string;
  readonly expected: string;
  readonly actual: string;
}

export interface ParityTotals {
  games: number;
  plies: number;
  hashes: number;
  /** Games whose moves or positions diverge. */
  divergences: number;
  /** Games that diverge in their result alone. */
  result_divergences: number;
  /** Moves accepted as variants. */
  variants: number;
  unreadable: number;
}

export const newTotals = (): ParityTotals => ({
  games: 0,
  plies: 0,
  hashes: 0,
  divergences: 0,
  result_divergences: 0,
  variants: 0,
  unreadable: 0,
});

export function checkRecord(game: Game, check: GameCheck): CheckRecord {
  return {
    type: 'check',
    source: game.where,
    game: game.id,
    config: configOf(game),
    status: statusOf(check),
    plies: check.plies,
    hashes: check.hashes,
    ...(Object.keys(check.variants).length > 0 && { variants: check.variants }),
    ...(check.notes.length > 0 && { notes: check.notes }),
  };
}

function statusOf({ divergence }: GameCheck): CheckRecord['status'] {
  if (divergence === null) return 'ok';
  return isResultOnly(divergence) ? 'result' : 'diverged';
}

export function unreadableRecord({ where, id, config = '', problem }: BadGame): CheckRecord {
  return { type: 'check', source: where, game: id, config, status: 'unreadable', plies: 0, hashes: 0, problem };
}

export function divergenceRecord(game: Game, divergence: Divergence): DivergenceRecord {
  const { kind, move, phase, expected, actual } = divergence;
  return {
    type: 'divergence',
    source: game.where,
    game: game.id,
    config: configOf(game),
    kind,
    move,
    phase,
    expected,
    actual,
  };
}

export function addToTotals(totals: ParityTotals, check: GameCheck): void {
  totals.games++;
  totals.plies += check.plies;
  totals.hashes += check.hashes;
  if (check.divergence) totals[isResultOnly(check.divergence) ? 'result_divergences' : 'divergences']++;
  for (const count of Object.values(check.variants)) totals.variants += count;
}
