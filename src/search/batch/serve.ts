/**
 * The worker side of a pool (selfplay/pool.ts) for games that search: games ordered while others are in flight join the
 * same batches. The pool should keep at least `inFlight` games on order.
 */
import type { MessagePort } from 'node:worker_threads';
import type { PlayedGame } from '../play/play-game.ts';
import type { Order, Packed, Report } from '../selfplay/serve.ts';
import { type LaneOptions, runLane } from './lane.ts';
import type { SearchedGame } from './searched-game.ts';

/** Index of a report that is about no game. */
export const NO_GAME = -1;

/**
 * Serves until told to end. `stopFlag[0]` other than 0 abandons the games at hand. An error in a game or evaluator that
 * `packError` makes a payload of is reported in place of a game, and nothing more is played; any other is thrown out of
 * the worker, whose pool then plays its games again elsewhere or gives up.
 */
export function serveSearchedGames<Payload>(
  port: MessagePort,
  create: (index: number) => SearchedGame,
  stopFlag: Int32Array,
  pack: (game: PlayedGame) => Packed<Payload>,
  options: Omit<LaneOptions, 'stopped'>,
  packError: (error: unknown) => Payload | undefined = () => undefined,
): void {
  const stopped = (): boolean => Atomics.load(stopFlag, 0) !== 0;
  const orders: number[] = [];
  let playing: Promise<void> | null = null;
  let failed = false;

  const next = (): SearchedGame | null => {
    const index = stopped() ? undefined : orders.shift();
    return index === undefined ? null : create(index);
  };
  const finished = (game: SearchedGame): void => {
    const { payload, transfer } = pack(game.result());
    port.postMessage({ index: game.index, payload } satisfies Report<Payload>, transfer);
  };
  const play = async (): Promise<void> => {
    while (orders.length > 0 && !stopped()) await runLane(next, finished, { ...options, stopped });
    playing = null;
  };
  const fail = (error: unknown): void => {
    const payload = packError(error);
    if (payload !== undefined) {
      failed = true;
      playing = null;
      port.postMessage({ index: NO_GAME, payload } satisfies Report<Payload>);
      return;
    }
    // Outside of the promise chain, so that it ends the thread as an uncaught exception.
    setImmediate(() => {
      throw error;
    });
  };

  port.on('message', (order: Order) => {
    if ('play' in order) {
      if (failed) return;
      orders.push(order.play);
      playing ??= play();
      playing.catch(fail);
      return;
    }
    void Promise.resolve(playing).then(() => {
      port.postMessage({ ended: true } satisfies Report<Payload>);
      port.close();
    }, fail);
  });
}
