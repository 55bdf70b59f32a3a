/** What a self-play run plays: everything its games depend on, as plain data that travels between threads. */
import { createHash } from 'node:crypto';
import type { BoardName, PlayerCount } from '../../engine/boards.ts';
import { RULES_VERSION, type RulesOptions } from '../../engine/rules.ts';
import type { MixEntry, MixScope } from '../../search/players/mixed.ts';
import type { ForkOptions } from '../../search/schedule/opening.ts';
import type { SearchSettings } from './search-settings.ts';

/** Bump when a player of an unchanged name plays differently: runs of before and after must not be mixed. */
export const PLAYERS_VERSION = 1;

export interface SelfplaySpec {
  readonly board: BoardName;
  readonly players: PlayerCount;
  readonly options: RulesOptions;
  readonly seed: number;
  /** Who sits at the table: one certain name, or several with weights. */
  readonly mix: readonly MixEntry[];
  readonly mixScope: MixScope;
  /** Decisions at the start drawn uniformly. */
  readonly openingMoves: number;
  readonly weightNoise: number;
  /** Moves, bookkeeping included, after which a game is stopped undecided. */
  readonly maxMoves: number;
  /** Content hash of the network that players who need one use. */
  readonly model?: string;
  /** Absent: nobody at the table searches. */
  readonly search?: SearchSettings;
  /** Games that begin like another one; absent: none does. Where somebody searches only. */
  readonly fork?: ForkOptions;
}

/** Identity of a run, 16 hex digits: equal for runs whose games are equal, index by index. */
export function runId(spec: SelfplaySpec): string {
  const canonical = [
    RULES_VERSION,
    PLAYERS_VERSION,
    spec.board,
    spec.players,
    Object.entries(spec.options).sort(([a], [b]) => (a < b ? -1 : 1)),
    spec.seed,
    spec.mix.map(({ player, weight }) => [player, weight]),
    spec.mixScope,
    spec.openingMoves,
    spec.weightNoise,
    spec.maxMoves,
    ...(spec.model === undefined ? [] : [spec.model]),
    ...(spec.search === undefined ? [] : [Object.entries(spec.search).sort(([a], [b]) => (a < b ? -1 : 1))]),
    ...(spec.fork === undefined ? [] : [{ fork: [spec.fork.share, spec.fork.within] }]),
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex').slice(0, 16);
}

/** Part `index` of `count`, counted from 0. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** The indices below `games` that belong to a shard, without those that are done. */
export function* indicesOf(
  games: number,
  shard: Shard = { index: 0, count: 1 },
  done: ReadonlySet<number> = new Set(),
): Generator<number> {
  for (let index = shard.index; index < games; index += shard.count) if (!done.has(index)) yield index;
}
