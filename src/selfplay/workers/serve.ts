/**
 * The worker side of a pool (pool.ts): plays the games it is told to and sends back what `pack` makes of them. Games
 * ordered while others are in flight join the same batches, so the pool should keep at least `inFlight` games on order.
 */
import type { MessagePort } from 'node:worker_threads';
import { partsOf, RrError } from '../../core/errors.ts';
import type { GameTask } from '../../search/play/game-task.ts';
import { GameScheduler, type SchedulerOptions } from '../scheduler/game-scheduler.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** What a worker makes its games with. */
export interface GameSource {
  create(index: number): GameTask;
  /** Called when the last game is over. */
  close?(): Promise<void>;
}

export interface Packed<Result> {
  readonly result: Result;
  /** Buffers in the result to move instead of copy. */
  readonly transfer: ArrayBuffer[];
}

export interface ServeOptions extends Omit<SchedulerOptions, 'stopped'> {
  /** Schedulers that share the games; more than one only where evaluators do not block the thread. Default 1. */
  readonly schedulers?: number;
  readonly stopped: () => boolean;
}

/**
 * True once the pool wants its workers to stop. It looks at shared memory, because a thread that plays does not look at
 * its messages.
 */
export const stopOf =
  ({ stopFlag }: { readonly stopFlag: Int32Array }) =>
  (): boolean =>
    Atomics.load(stopFlag, 0) !== 0;

/**
 * Serves until told to end, which the promise tells. An RrError of a game, an evaluator, or of the opening of `source` is
 * reported to the pool, and nothing more is played; any other error is thrown out of the worker, whose pool then plays
 * its games again elsewhere or gives up.
 */
export async function serveGames<Result>(
  port: MessagePort,
  source: Promise<GameSource>,
  pack: (game: GameTask) => Packed<Result>,
  { schedulers: count = 1, inFlight, stopped, ...options }: ServeOptions,
): Promise<void> {
  // What keeps it from opening is reported like what goes wrong in a game: when the first one is ordered.
  const games: GameSource = await source.catch((error: unknown) => ({
    create() {
      throw error;
    },
  }));
  const orders: number[] = [];
  let failed = false;

  const next = (): GameTask | null => {
    const index = stopped() || failed ? undefined : orders.shift();
    return index === undefined ? null : games.create(index);
  };
  const finished = (game: GameTask): void => {
    const { result, transfer } = pack(game);
    port.postMessage({ index: game.index, result } satisfies FromWorker<Result>, transfer);
  };
  const fail = (error: unknown): void => {
    if (failed) return;
    failed = true;
    if (error instanceof RrError) {
      port.postMessage({ failure: partsOf(error) } satisfies FromWorker<Result>);
      return;
    }
    // Outside of the promise chain, so that it ends the thread as an uncaught exception.
    setImmediate(() => {
      throw error;
    });
  };
  const share = Math.max(1, Math.ceil(inFlight / count));
  const runners = Array.from({ length: count }, () => {
    const scheduler = new GameScheduler(next, finished, {
      ...options,
      inFlight: share,
      stopped: () => stopped() || failed,
    });
    let playing: Promise<void> | null = null;
    const play = async (): Promise<void> => {
      while (orders.length > 0 && !stopped() && !failed) await scheduler.run();
    };
    return {
      wake: (): void => {
        playing ??= play()
          .catch(fail)
          .finally(() => {
            playing = null;
          });
      },
      idle: (): Promise<void> => Promise.resolve(playing ?? undefined),
    };
  });

  await new Promise<void>((resolve) => {
    port.on('message', (order: ToWorker) => {
      if ('play' in order) {
        orders.push(order.play);
        for (const { wake } of runners) wake();
        return;
      }
      void Promise.all(runners.map(({ idle }) => idle())).then(() => {
        port.postMessage({ ended: true } satisfies FromWorker<Result>);
        port.close();
        resolve();
      });
    });
  });
  await games.close?.();
}
