/** The labels the original's exports attach to samples (docs/upstream-formats.md §3). */
import type { Game } from '../../games/game/game.ts';

/** Substrings of `source` in the order in which they are tried. */
const ENGINES: readonly (readonly [string, EngineMode])[] = [
  ['gumbel', 'gumbel_mcts'],
  ['mcts', 'mcts'],
  ['policy', 'policy_only'],
  ['descent', 'descent'],
  ['heuristic', 'heuristic'],
  ['gpu', 'heuristic'],
];
export type EngineMode = 'gumbel_mcts' | 'mcts' | 'policy_only' | 'descent' | 'heuristic' | 'unknown';

export function engineMode(game: Pick<Game, 'source'>): EngineMode {
  const source = (game.source ?? '').toLowerCase();
  return ENGINES.find(([part]) => source.includes(part))?.[1] ?? 'unknown';
}

export function opponentType(game: Game): string {
  if (game.opponent !== null) return game.opponent;
  const mode = engineMode(game);
  if (mode !== 'unknown') return mode;
  return (game.source ?? '').toLowerCase().includes('random') ? 'random' : 'unknown';
}

/** `territory`, `elimination`, `lps`, `stalemate`, `timeout` or `other`. */
export function victoryType({ reason }: Game): string {
  const text = (reason ?? '').toLowerCase();
  if (text.includes('territory')) return 'territory';
  if (text.includes('elimination') || text.includes('ring_threshold')) return 'elimination';
  if (text.includes('last_player') || text.startsWith('lps')) return 'lps';
  if (text.includes('stalemate') || text === 'structural') return 'stalemate';
  return text.includes('timeout') ? 'timeout' : 'other';
}

/** Elo the original assumes where none is known. */
export const DEFAULT_ELO = 1500;
