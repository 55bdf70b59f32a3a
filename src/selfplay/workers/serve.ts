/** The worker side of a pool: plays the games it is told to and sends back what `pack` makes of them. */
import type { MessagePort } from 'node:worker_threads';
import type { ErrorParts } from '../../core/errors.ts';
import type { PlayedGame } from '../../search/play/play-game.ts';
import type { RunGames } from '../spec/games.ts';

/** To a worker: play this game, or finish. */
export type Order = { readonly play: number } | { readonly end: true };

/** From a worker: one game, an expected failure that ends the run, or the word that it has finished. */
export type Report<Payload> =
  | { readonly index: number; readonly payload: Payload }
  | { readonly failure: ErrorParts }
  | { readonly ended: true };

export interface Packed<Payload> {
  readonly payload: Payload;
  /** Buffers in the payload to move instead of copy. */
  readonly transfer: ArrayBuffer[];
}

/**
 * Serves until told to end. `stopFlag[0]` other than 0 abandons the game at hand and ignores further orders to play;
 * it is shared memory, because a thread that plays does not look at its messages.
 */
export function serveGames<Payload>(
  port: MessagePort,
  games: RunGames,
  stopFlag: Int32Array,
  pack: (game: PlayedGame) => Packed<Payload>,
): void {
  const stopped = (): boolean => Atomics.load(stopFlag, 0) !== 0;
  port.on('message', (order: Order) => {
    if ('end' in order) {
      port.postMessage({ ended: true } satisfies Report<Payload>);
      port.close();
      return;
    }
    if (stopped()) return;
    const game = games.play(order.play, stopped);
    if (!game) return;
    const { payload, transfer } = pack(game);
    port.postMessage({ index: order.play, payload } satisfies Report<Payload>, transfer);
  });
}
