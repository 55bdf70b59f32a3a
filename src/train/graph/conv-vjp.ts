/**
 * Gradients of Conv (the reference form): with respect to the input a convolution with the kernel turned round and its
 * axes swapped; with respect to the kernel one matrix product per tap of the shifted input with the gradient.
 */

import type { GraphBuilder } from '../../net/onnx/builder.ts';
import { fixedShape } from '../../net/onnx/dims.ts';
import { dimAt, type Value } from '../../net/onnx/value.ts';
import { fullGradient, inputOf, type Vjp } from './vjp-context.ts';

export const convVjp: Vjp = (context) => {
  const { graph, node, wanted } = context;
  const [x, kernel] = [inputOf(node, 0), inputOf(node, 1)];
  const d = fullGradient(context);
  return [
    wanted[0] ? graph.conv(d, turned(graph, kernel)) : undefined,
    wanted[1] ? kernelGradient(graph, x, d, kernel) : undefined,
    wanted[2] ? graph.reduce('ReduceSum', d, [0, 2, 3], false) : undefined,
  ];
};

/** [O, I, k, k] → [I, O, k, k], both spatial axes reversed. */
function turned(graph: GraphBuilder, kernel: Value): Value {
  const swapped = graph.transpose(kernel, [1, 0, 2, 3]);
  if (dimAt(kernel, 2) === 1) return swapped;
  const reversal = [
    [-1, -1],
    [-4, -4],
    [2, 3],
    [-1, -1],
  ].map((bounds) => graph.int64(bounds));
  return graph.op('Slice', [swapped, ...reversal], {}, swapped);
}

function kernelGradient(graph: GraphBuilder, x: Value, d: Value, kernel: Value): Value {
  const [n, inputs, height, width] = fixedShape(x.shape) as [number, number, number, number];
  const [outputs, , size] = fixedShape(kernel.shape) as [number, number, number];
  const pad = (size - 1) / 2;
  const rows = n * height * width;
  const dRows = graph.reshape(graph.transpose(d, [1, 0, 2, 3]), [outputs, rows]);
  const last = graph.transpose(x, [0, 2, 3, 1]);
  const padded =
    pad === 0
      ? last
      : graph.op(
          'Pad',
          [last, graph.int64([0, pad, pad, 0, 0, pad, pad, 0])],
          {},
          {
            shape: [n, height + 2 * pad, width + 2 * pad, inputs],
            type: x.type,
          },
        );
  const taps: Value[] = [];
  for (let dy = 0; dy < size; dy++) {
    for (let dx = 0; dx < size; dx++) {
      const shifted = graph.slice(graph.slice(padded, 1, dy, dy + height), 2, dx, dx + width);
      taps.push(graph.unsqueeze(graph.matmul(dRows, graph.reshape(shifted, [rows, inputs])), 2));
    }
  }
  return graph.reshape(graph.concat(taps, 2), [outputs, inputs, size, size]);
}
