/** A position as a record, for programs that read what `rr show` prints. */
import { at } from '../../core/at.ts';
import type { GameInfo } from '../board/picture.ts';
import type { Frame } from './replay.ts';

/** Fields of a `position` record. Cells are named as in notation; empty ones are left out (codes: snapshot.ts). */
export function positionRecord({ layout, names }: GameInfo, frame: Frame): object {
  const { snapshot, mover, move, legalCount, hash, search } = frame;
  const cells = snapshot.cells.flatMap((code, cell) => (code === '' ? [] : [[at(layout.cells, cell).name, code]]));
  return {
    ply: snapshot.ply,
    ...(mover > 0 && { mover, move }),
    player: snapshot.player,
    phase: snapshot.phase,
    legal: legalCount,
    hash,
    winner: snapshot.winner === 0 ? null : snapshot.winner,
    seats: snapshot.seats.map((seat, i) => ({ seat: i + 1, name: names[i], ...seat })),
    cells: Object.fromEntries(cells),
    ...(search && { search }),
  };
}
