/**
 * Which games a match consists of. A block is one opening played with the candidate in every seat once: two games for
 * two players, a full rotation for three and four, the other seats held by copies of the opponent. Blocks are the unit
 * of all statistics. Every game has a number that does not depend on how many games are asked for, so a longer match
 * contains a shorter one and an interrupted one can be continued.
 */
import type { Shard } from '../../selfplay/setup/spec.ts';

export interface GameSlot {
  /** Number of the opponent in the list of opponents. */
  readonly opponent: number;
  /** Number of the block among those against this opponent. */
  readonly block: number;
  /** Seat of the candidate, counted from 0. */
  readonly seat: number;
}

/** Room for the blocks against one opponent in the numbering of games. */
const MOST_BLOCKS = 1_000_000;

export const slotIndex = ({ opponent, block, seat }: GameSlot, players: number): number =>
  (opponent * MOST_BLOCKS + block) * players + seat;

export function slotOf(index: number, players: number): GameSlot {
  const row = Math.floor(index / players);
  return { opponent: Math.floor(row / MOST_BLOCKS), block: row % MOST_BLOCKS, seat: index % players };
}

/** Whole blocks that hold at least `games` games. */
export const blocksFor = (games: number, players: number): number => Math.ceil(games / players);

export interface ScheduleOptions {
  readonly players: number;
  /** Blocks against each opponent, at most. */
  readonly blocks: readonly number[];
  /** Games that need not be played: they are there already. */
  readonly done: ReadonlySet<number>;
  /** Only every `count`-th block, from `index` on: whole blocks, so that openings stay paired. */
  readonly shard?: Shard | undefined;
  /** Asked before each game: no further games against this opponent are needed. */
  readonly decided: (opponent: number) => boolean;
}

/** Numbers of the games to play: one block against each opponent in turn. */
export function* schedule({ players, blocks, done, shard, decided }: ScheduleOptions): Generator<number> {
  const most = Math.max(0, ...blocks);
  const { index: first, count: step } = shard ?? { index: 0, count: 1 };
  for (let block = first; block < most; block += step) {
    for (let opponent = 0; opponent < blocks.length; opponent++) {
      if (block >= (blocks[opponent] ?? 0)) continue;
      for (let seat = 0; seat < players; seat++) {
        if (decided(opponent)) break;
        const index = slotIndex({ opponent, block, seat }, players);
        if (!done.has(index)) yield index;
      }
    }
  }
}
