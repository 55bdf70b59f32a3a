/** What a differentiation rule is given and gives back. */
import type { GraphBuilder } from '../../net/onnx/builder.ts';
import type { Value } from '../../net/onnx/value.ts';
import type { GraphNode } from '../../net/onnx/write.ts';
import { materialise } from './broadcast.ts';

export interface VjpContext {
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
  readonly output: Value;
  /** Broadcasts to the output's shape. */
  readonly gradient: Value;
  /** Which inputs need a gradient. */
  readonly wanted: readonly boolean[];
}

/** One gradient per input (it may be larger than the input where that was broadcast), undefined where not wanted. */
export type Vjp = (context: VjpContext) => readonly (Value | undefined)[];

/** Input `i` of a node that has at least that many. */
export function inputOf(node: GraphNode, i: number): Value {
  const value = node.inputs[i];
  if (!value) throw new TypeError(`${node.op} lacks input ${i}`);
  return value;
}

/** Full-size gradient, for operators that do not broadcast. */
export const fullGradient = ({ graph, gradient, output }: VjpContext): Value => materialise(graph, gradient, output);
