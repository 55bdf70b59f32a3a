/** Recorded moves, one after the other, to packed ones. */
import { apply, beginMove, endMove } from '../../engine/apply.ts';
import { collapseLine } from '../../engine/effects.ts';
import type { RawMove } from '../../engine/json/move.ts';
import { readCells } from '../../engine/json/position.ts';
import type { StackOrder } from '../../engine/json/stack-order.ts';
import { kindOf } from '../../engine/moves.ts';
import type { State } from '../../engine/state.ts';
import { afterLines } from '../../engine/turn.ts';
import { type Interpretation, interpretMove } from '../upstream/interpret.ts';
import type { VariantMove } from './game.ts';

export interface InterpretedMoves {
  readonly moves: Int32Array;
  readonly variants: ReadonlyMap<number, VariantMove>;
}

/**
 * Whose reading of a move the rules leave open: `process_line` of a line longer than needed does nothing in the rules, but
 * collapses the line in the Python service, whose exports contain the positions after it.
 */
export type Dialect = 'rules' | 'service';

/**
 * Interprets the moves of a game from `initial`, which stays as it is. `order` is the stack order of the initial position
 * and is used up. Stops where the game is over. Throws RulesError MOVE_INVALID or MOVE_ILLEGAL, the ply in front.
 */
export function interpretMoves(
  initial: State,
  order: StackOrder,
  raws: readonly RawMove[],
  dialect: Dialect = 'rules',
): InterpretedMoves {
  const s = initial.clone();
  const packed = new Int32Array(raws.length);
  const variants = new Map<number, VariantMove>();
  let ply = 0;
  for (const raw of raws) {
    if (s.isOver) break;
    let interpretation = at(ply, () => interpretMove(s, raw, order));
    if (dialect === 'service' && interpretation.variant === 'idle-process-line') {
      interpretation = collapseOverlength(s, raw, interpretation);
    }
    const { move, variant } = interpretation;
    packed[ply] = move;
    if (variant === null) apply(s, move);
    else {
      variants.set(ply, { raw, interpretation });
      interpretation.play(s);
    }
    order.follow(move, s);
    ply++;
  }
  return { moves: packed.subarray(0, ply), variants };
}

function at<T>(ply: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error) error.message = `move ${ply}: ${error.message}`;
    throw error;
  }
}

function collapseOverlength(s: State, raw: RawMove, { move, variant }: Interpretation): Interpretation {
  const line = Array.isArray(raw.formedLines) ? raw.formedLines[0] : undefined;
  const cells = Int16Array.from(readCells(s.rules.topology, line?.positions, 'formedLines[0].positions'));
  return {
    move,
    variant,
    play(state) {
      const { player, phase } = state;
      beginMove(state, kindOf(move));
      collapseLine(state, cells, cells.length, true);
      afterLines(state);
      endMove(state, player, phase);
    },
  };
}
