/** The edges every playing graph shares: the move inputs and the named outputs of the heads. */
import type { NetSpec } from '../arch/architectures.ts';
import { type Form, forward, type HeadValues } from '../arch/forward.ts';
import type { GraphBuilder } from '../onnx/builder.ts';
import type { Dim, Shape } from '../onnx/dims.ts';
import type { Value } from '../onnx/value.ts';

/** Outputs by name: shapes are those of outputShape. */
export const HEADS = ['logits', 'value', 'ownership', 'margins', 'plies'] as const;
export type Head = (typeof HEADS)[number];

/**
 * Shape of an output for batch N, M moves and a box of H × W.
 * - `logits` [M]: one per legal move, not normalised
 * - `value` [N, P]: expected share of the win per seat, seat 0 = the mover; sums to one
 * - `ownership` [N, P+1, H, W]: probability that a cell ends up with each seat (mover first), last: with nobody
 * - `margins` [N, 2, P]: final ring and territory margins as the trainer scaled them
 * - `plies` [N]: moves to the end as the trainer scaled them
 */
export function outputShape(head: Head, players: number, [n, m, h, w]: readonly [Dim, Dim, Dim, Dim]): Shape {
  switch (head) {
    case 'logits':
      return [m];
    case 'value':
      return [n, players];
    case 'ownership':
      return [n, players + 1, h, w];
    case 'margins':
      return [n, 2, players];
    case 'plies':
      return [n];
  }
}

export interface MoveEdges {
  readonly moves: Value;
  readonly scalars: Value;
}

/** Declares `moves` [M, 5] int32 and `move_scalars` [M] float32. */
export function moveInputs(graph: GraphBuilder): MoveEdges {
  const moves = graph.input('moves', 'int32', ['M', 5]);
  const scalars = graph.input('move_scalars', 'float32', ['M']);
  return { moves, scalars: graph.cast(scalars, graph.float) };
}

/** Emits the network and declares the chosen heads as outputs, softmax applied where the head is a distribution. */
export function playingGraph(spec: NetSpec, form: Form, heads: readonly Head[]): void {
  const { graph } = form;
  const values = forward(spec, form, moveInputs(graph));
  for (const head of heads) graph.output(head, graph.cast(outputOf(head, form, values), 'float32'));
}

function outputOf(head: Head, form: Form, values: HeadValues): Value {
  const { graph } = form;
  if (head === 'value') return graph.softmax(values.seats, 1);
  if (head === 'ownership') return graph.softmax(form.planes(values.ownership), 1);
  return values[head];
}
