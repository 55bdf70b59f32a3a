/** The labels and weights the original's exports attach to samples (data-formats §3, §3.4). */
import type { Game } from '../games/game.ts';

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

export function engineMode({ meta }: Game): EngineMode {
  const source = (meta.source ?? '').toLowerCase();
  return ENGINES.find(([part]) => source.includes(part))?.[1] ?? 'unknown';
}

export function opponentType(game: Game): string {
  if (game.meta.opponent !== null) return game.meta.opponent;
  const mode = engineMode(game);
  if (mode !== 'unknown') return mode;
  return (game.meta.source ?? '').toLowerCase().includes('random') ? 'random' : 'unknown';
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

/** How much a sample of an engine counts before normalisation. */
export const SOURCE_WEIGHT: Readonly<Record<EngineMode, number>> = {
  gumbel_mcts: 3,
  mcts: 3,
  policy_only: 1.5,
  descent: 1.5,
  heuristic: 1,
  unknown: 1,
};

/** Days after which a sample counts half, and the least it counts. */
const HALF_LIFE_DAYS = 3;
const LEAST_FRESHNESS = 0.1;

/** Weight by age. Both times in seconds since 1970. */
export function freshness(time: number, now: number): number {
  const days = (now - time) / 86_400;
  return Math.max(LEAST_FRESHNESS, 2 ** (-days / HALF_LIFE_DAYS));
}

/** Seconds since 1970; a time without a zone is UTC. NaN when unknown. */
export function seconds(iso: string | null): number {
  if (iso === null) return Number.NaN;
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`) / 1000;
}

/** Elo the original assumes where none is known. */
export const DEFAULT_ELO = 1500;
