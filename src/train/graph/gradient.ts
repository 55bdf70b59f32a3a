/**
 * Reverse-mode differentiation of a graph under construction: walks the nodes backwards and appends, for each, the
 * nodes that carry the gradient from its output to its inputs (vjp.ts).
 *
 * Gradients are kept unexpanded where that is enough: the gradient of a mean over cells has size 1 on that axis and is
 * broadcast by whatever uses it. `materialise` gives the full size where an operator insists on it.
 */
import type { GraphBuilder } from '../../net/onnx/builder.ts';
import type { Value } from '../../net/onnx/value.ts';
import type { GraphNode } from '../../net/onnx/write.ts';
import { materialise, reduceTo } from './broadcast.ts';
import { vjpOf } from './vjp.ts';

/**
 * d loss / d leaf for every leaf, in the leaf's full shape.
 * @param loss a scalar of the graph
 * @throws TypeError when a leaf does not reach the loss or an operator on the way has no derivative
 */
export function gradients(graph: GraphBuilder, loss: Value, leaves: readonly Value[]): Value[] {
  const forward = [...graph.nodes];
  const depends = dependents(graph, forward, leaves);
  const found = new Map<string, Value>([[loss.name, graph.scalar(1)]]);
  for (const node of forward.toReversed()) {
    const output = node.outputs[0];
    const gradient = output && found.get(output.name);
    if (!output || !gradient || !depends.has(output.name)) continue;
    const wanted = node.inputs.map(({ name }) => depends.has(name));
    const passed = vjpOf(node.op)({ graph, node, output, gradient, wanted });
    node.inputs.forEach((input, i) => {
      const part = passed[i];
      if (!part || !wanted[i]) return;
      const reduced = reduceTo(graph, part, input.shape);
      const known = found.get(input.name);
      found.set(input.name, known ? graph.add(known, reduced) : reduced);
    });
  }
  return leaves.map((leaf) => {
    const gradient = found.get(leaf.name);
    if (!gradient) throw new TypeError(`'${leaf.name}' does not reach the loss`);
    return materialise(graph, gradient, leaf);
  });
}

/** Names of the values that depend on a leaf through differentiable operators. */
function dependents(graph: GraphBuilder, nodes: readonly GraphNode[], leaves: readonly Value[]): Set<string> {
  const depends = new Set(leaves.map(({ name }) => name));
  for (const { inputs, outputs } of nodes) {
    if (!inputs.some(({ name }) => depends.has(name))) continue;
    for (const { name, type } of outputs) {
      if (type === 'float32' && !graph.stopped.has(name)) depends.add(name);
    }
  }
  return depends;
}
