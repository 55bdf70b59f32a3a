/** A finished game as a database row that changes hands between threads. */
import { storedGame } from '../../games/record/game-store.ts';
import type { RunContext } from '../../games/record/game-write.ts';
import type { StoredGame } from '../../games/store/types.ts';
import type { PlayedGame } from '../../search/play/played-game.ts';

/** `created` is in ISO 8601. `transfer` is the memory of the moves, to be moved instead of copied. */
export function packedRow(
  context: RunContext,
  game: PlayedGame,
  created: string,
): { readonly row: StoredGame; readonly transfer: ArrayBuffer[] } {
  const row = storedGame(context, game, created);
  // A copy of its own: the blob may share its memory with others, and then could not change hands.
  const moves = new Uint8Array(row.moves);
  return { row: { ...row, moves }, transfer: [moves.buffer] };
}
