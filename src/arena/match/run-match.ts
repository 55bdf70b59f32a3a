/**
 * Plays the games of a match in worker threads and hands them on, opponent by opponent, in the order of the schedule: a
 * sequential test that looked at them in the order of completion would see short games first.
 */
import type { StoredGame } from '../../games/store/types.ts';
import { type Computing, gamesInFlight } from '../../selfplay/inference/computing.ts';
import type { Shard } from '../../selfplay/setup/spec.ts';
import { InOrder } from '../../selfplay/workers/in-order.ts';
import { playInWorkers } from '../../selfplay/workers/pool.ts';
import { closeAll, openInferences } from './inferences.ts';
import { type MatchSpec, matchId } from './match-spec.ts';
import type { MatchMessage, MatchSetup } from './messages.ts';
import type { MatchGame } from './result.ts';
import { schedule, slotOf } from './schedule.ts';

/** Games on order per worker beyond those that it has in flight. */
const SPARE = 8;

/** Games held back at most while an earlier one is still played. */
const WINDOW = 256;

export interface MatchJob {
  readonly spec: MatchSpec;
  /** Blocks against each opponent, at most. */
  readonly blocks: readonly number[];
  /** The part of the blocks to play; all when left out. */
  readonly shard?: Shard | undefined;
  /** Games of the match that exist already. */
  readonly done: ReadonlyMap<number, MatchGame>;
  readonly workers: number;
  readonly computing: Computing;
  readonly signal: AbortSignal;
  /** Asked before a game is ordered: its opponent needs no more. */
  readonly decided: (opponent: number) => boolean;
  /** Every game, by opponent in the order of the schedule; those that were done already come first. */
  readonly onGame: (game: MatchGame, fresh: boolean) => void;
  /** Rows for the database, in the order of completion; absent when none is written. */
  readonly onRow?: (row: StoredGame) => void;
  /** Simulations of a finished game, for the rate. */
  readonly onSimulations?: (simulations: number) => void;
  readonly onLost?: (error: Error, games: readonly number[]) => void;
}

/** Resolves when every game has been played or the signal was raised. @throws RrError of the participants */
export async function runMatch(job: MatchJob): Promise<void> {
  const { spec, blocks, shard, done, decided } = job;
  // by opponent: games that a decided opponent no longer needs must not hold up those of the others
  const orders = blocks.map((_, opponent) => {
    const own = blocks.map((count, i) => (i === opponent ? count : 0));
    return new InOrder<MatchGame>(
      schedule({ players: spec.players, blocks: own, shard, done: new Set(), decided: () => false }),
    );
  });
  const hand = (index: number, game: MatchGame): void => {
    for (const ready of orders[slotOf(index, spec.players).opponent]?.add(index, game) ?? []) {
      job.onGame(ready, !done.has(ready.index));
    }
  };
  for (const [index, game] of done) hand(index, game);
  const { computing, workers } = job;
  const ahead = gamesInFlight(computing.provider) + SPARE;
  const shared = await openInferences(spec, computing, workers);
  const setup: MatchSetup = {
    spec,
    run: matchId(spec),
    rows: job.onRow !== undefined,
    computing,
    inferences: new Map([...shared].map(([hash, { inference }]) => [hash, inference])),
  };
  await playInWorkers<MatchMessage>({
    entry: new URL('./worker.ts', import.meta.url),
    workerData: setup,
    workers,
    ahead,
    window: Math.max(WINDOW, 2 * workers * ahead),
    indices: schedule({ players: spec.players, blocks, shard, done: new Set(done.keys()), decided }),
    signal: job.signal,
    onGame(index, { row, simulations, game }) {
      if (row) job.onRow?.(row);
      job.onSimulations?.(simulations);
      hand(index, game);
    },
    ...(job.onLost && { onLost: job.onLost }),
  }).finally(() => closeAll(shared));
}
