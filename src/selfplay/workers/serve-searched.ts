/**
 * The worker side of a pool (selfplay/pool.ts) for games that search: games ordered while others are in flight join the
 * same batches. The pool should keep at least `inFlight` games on order.
 */
import type { MessagePort } from 'node:worker_threads';
import { partsOf, RrError } from '../../core/errors.ts';
import { Lane, type LaneOptions, type Thinker } from '../scheduler/lane.ts';
import type { Order, Packed, Report } from './serve.ts';

/** What a worker makes its games with. */
export interface GameSource<Game> {
  create(index: number): Game;
  /** Called when the last game is over. */
  close?(): Promise<void>;
}

export interface ServeOptions extends Omit<LaneOptions, 'stopped'> {
  /** Lanes that share the games in flight; more than one only where evaluators do not block the thread. Default 1. */
  readonly lanes?: number;
}

/**
 * Serves until told to end, which the promise tells. `stopFlag[0]` other than 0 abandons the games at hand. An RrError of
 * a game, an evaluator, or of the opening of `source` is reported to the pool, and nothing more is played; any other
 * error is thrown out of the worker, whose pool then plays its games again elsewhere or gives up.
 */
export async function serveSearchedGames<Game extends Thinker & { readonly index: number }, Payload>(
  port: MessagePort,
  source: Promise<GameSource<Game>>,
  stopFlag: Int32Array,
  pack: (game: Game) => Packed<Payload>,
  { lanes = 1, inFlight, ...options }: ServeOptions,
): Promise<void> {
  // What keeps it from opening is reported like what goes wrong in a game: when the first one is ordered.
  const games: GameSource<Game> = await source.catch((error: unknown) => ({
    create() {
      throw error;
    },
  }));
  const stopped = (): boolean => Atomics.load(stopFlag, 0) !== 0;
  const orders: number[] = [];
  let failed = false;

  const next = (): Game | null => {
    const index = stopped() || failed ? undefined : orders.shift();
    return index === undefined ? null : games.create(index);
  };
  const finished = (game: Game): void => {
    const { payload, transfer } = pack(game);
    port.postMessage({ index: game.index, payload } satisfies Report<Payload>, transfer);
  };
  const fail = (error: unknown): void => {
    if (failed) return;
    failed = true;
    if (error instanceof RrError) {
      port.postMessage({ failure: partsOf(error) } satisfies Report<Payload>);
      return;
    }
    // Outside of the promise chain, so that it ends the thread as an uncaught exception.
    setImmediate(() => {
      throw error;
    });
  };
  const share = Math.max(1, Math.ceil(inFlight / lanes));
  const runners = Array.from({ length: lanes }, () => {
    const lane = new Lane(next, finished, { ...options, inFlight: share, stopped: () => stopped() || failed });
    let playing: Promise<void> | null = null;
    const play = async (): Promise<void> => {
      while (orders.length > 0 && !stopped() && !failed) await lane.run();
      playing = null;
    };
    return {
      wake: (): void => {
        playing ??= play().catch(fail);
      },
      idle: (): Promise<void> => Promise.resolve(playing ?? undefined),
    };
  });

  await new Promise<void>((resolve) => {
    port.on('message', (order: Order) => {
      if ('play' in order) {
        orders.push(order.play);
        for (const { wake } of runners) wake();
        return;
      }
      void Promise.all(runners.map(({ idle }) => idle())).then(() => {
        port.postMessage({ ended: true } satisfies Report<Payload>);
        port.close();
        resolve();
      });
    });
  });
  await games.close?.();
}
