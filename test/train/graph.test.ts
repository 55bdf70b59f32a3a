import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/net/onnx/builder.ts';
import { fixedCount, fixedShape } from '../../src/net/onnx/dims.ts';
import type { Value } from '../../src/net/onnx/value.ts';
import { uniforms } from '../../src/train/bench/synthetic.ts';
import { gradients } from '../../src/train/graph/gradient.ts';

/** A scalar function of one tensor, as graph nodes. */
type Layer = (graph: GraphBuilder, x: Value) => Value;

/** Each operator with a derivative, in the uses the network makes of it; x has the given shape. */
const layers: [string, readonly number[], Layer][] = [
  ['add, same shape', [3, 4], (g, x) => g.add(x, g.mul(x, x))],
  ['add, x broadcast', [4], (g, x) => g.mul(g.add(x, other(g, [3, 4])), g.add(x, other(g, [3, 4], 2)))],
  ['add, middle axis broadcast', [3, 1, 4], (g, x) => square(g, g.add(other(g, [3, 5, 4]), x))],
  ['sub', [3, 4], (g, x) => square(g, g.sub(other(g, [3, 4]), x))],
  ['mul, x broadcast', [2, 4], (g, x) => square(g, g.mul(other(g, [3, 2, 4]), x))],
  ['neg and exp', [5], (g, x) => g.exp(g.neg(x))],
  ['log', [5], (g, x) => g.log(g.add(g.mul(x, x), g.scalar(1)))],
  ['relu', [40], (g, x) => square(g, g.relu(x))],
  ['sigmoid', [7], (g, x) => square(g, g.sigmoid(x))],
  ['logSoftmax, last axis', [3, 4], (g, x) => g.mul(g.logSoftmax(x, 1), other(g, [3, 4]))],
  ['logSoftmax, inner axis', [2, 3, 4], (g, x) => g.mul(g.logSoftmax(x, 1), other(g, [2, 3, 4]))],
  ['reshape and transpose', [2, 3, 4], (g, x) => g.mul(g.transpose(g.reshape(x, [6, 4]), [1, 0]), other(g, [4, 6]))],
  ['unsqueeze', [3, 4], (g, x) => g.mul(g.unsqueeze(x, 1), other(g, [3, 2, 4]))],
  ['concat', [3, 4], (g, x) => square(g, g.mul(g.concat([x, g.mul(x, x)], 1), other(g, [3, 8])))],
  ['gather rows', [4, 3], (g, x) => square(g, g.mul(g.gather(x, g.int32([1, 3, 1, 0, 1])), other(g, [5, 3])))],
  ['gather of a vector', [4], (g, x) => square(g, g.mul(g.gather(x, g.int32([1, 3, 1])), other(g, [3])))],
  [
    'gatherND',
    [2, 3, 4],
    (g, x) =>
      square(
        g,
        g.mul(
          g.gatherND(
            x,
            pairs(g, [
              [1, 2],
              [0, 1],
              [1, 2],
            ]),
          ),
          other(g, [3, 4]),
        ),
      ),
  ],
  [
    'scatter sums',
    [5],
    (g, x) =>
      square(g, g.mul(g.scatterReduce(g.constant([0, 0, 0], [3]), g.int32([2, 0, 2, 1, 2]), x, 'add'), other(g, [3]))),
  ],
  ['reduceSum, kept', [3, 4, 2], (g, x) => square(g, g.reduce('ReduceSum', x, [1], true))],
  ['reduceSum, removed', [3, 4, 2], (g, x) => square(g, g.reduce('ReduceSum', x, [0, 2], false))],
  ['reduceMean, then broadcast', [3, 4, 2], (g, x) => g.mul(x, g.reduce('ReduceMean', g.mul(x, x), [0], false))],
  ['reduceMax', [3, 4, 2], (g, x) => g.mul(square(g, g.reduce('ReduceMax', x, [0], false)), other(g, [4, 2]))],
  ['matmul, left', [3, 4], (g, x) => square(g, g.matmul(x, other(g, [4, 5])))],
  ['matmul, right', [4, 5], (g, x) => square(g, g.matmul(other(g, [3, 4]), x))],
  ['matmul, shared right matrix', [4, 5], (g, x) => square(g, g.matmul(other(g, [2, 3, 4]), x))],
  ['matmul, transform of a stack', [2, 4, 5], (g, x) => square(g, g.matmul(other(g, [3, 4]), x))],
  [
    'matmul, stacks with a broadcast axis, left',
    [2, 3, 2, 4, 5],
    (g, x) => square(g, g.matmul(x, other(g, [2, 1, 2, 5, 3]))),
  ],
  [
    'matmul, stacks with a broadcast axis, right',
    [2, 1, 2, 5, 3],
    (g, x) => square(g, g.matmul(other(g, [2, 3, 2, 4, 5]), x)),
  ],
  ['gemm, input', [3, 4], (g, x) => square(g, g.gemm(x, other(g, [4, 5]), other(g, [5])))],
  ['gemm, weight', [4, 5], (g, x) => square(g, g.gemm(other(g, [3, 4]), x, other(g, [5])))],
  ['gemm, bias', [5], (g, x) => square(g, g.gemm(other(g, [3, 4]), other(g, [4, 5]), x))],
  ['conv 3×3, input', [2, 3, 5, 4], (g, x) => square(g, g.conv(x, other(g, [2, 3, 3, 3]), other(g, [2])))],
  ['conv 3×3, kernel', [2, 3, 3, 3], (g, x) => square(g, g.conv(other(g, [2, 3, 5, 4]), x))],
  ['conv 3×3, bias', [2], (g, x) => square(g, g.conv(other(g, [2, 3, 5, 4]), other(g, [2, 3, 3, 3]), x))],
  ['conv 1×1, kernel', [2, 3, 1, 1], (g, x) => square(g, g.conv(other(g, [2, 3, 5, 4]), x))],
];

const square = (g: GraphBuilder, x: Value): Value => g.mul(x, x);

function other(g: GraphBuilder, shape: readonly number[], seed = 1): Value {
  const uniform = uniforms(seed + fixedCount(shape));
  return g.constant(
    Float32Array.from({ length: fixedCount(shape) }, () => uniform() - 0.3),
    shape,
  );
}

function pairs(g: GraphBuilder, rows: readonly (readonly number[])[]): Value {
  return g.cast(g.int32(rows.flat(), [rows.length, 2]), 'int64');
}

describe('reverse mode', () => {
  it.each(layers)('%s: the directional derivative is the central difference', async (_, shape, layer) => {
    const graph = new GraphBuilder({ opset: 18 });
    const x = graph.input('x', 'float32', shape);
    const y = layer(graph, x);
    const loss = graph.reduce(
      'ReduceMean',
      y,
      y.shape.map((_dim, axis) => axis),
      false,
    );
    const [gradient] = gradients(graph, loss, [x]);
    if (!gradient) throw new Error('no gradient');
    expect(fixedShape(gradient.shape)).toEqual(shape);
    graph.output('loss', loss);
    graph.output('gradient', gradient);
    const session = await ort.InferenceSession.create(graph.build(), { logSeverityLevel: 3 });
    const numbers = async (point: Float32Array, name: string): Promise<Float32Array> => {
      const data = (await session.run({ x: new ort.Tensor('float32', point, shape) }))[name]?.data;
      if (!(data instanceof Float32Array)) throw new Error(`no ${name}`);
      return data.slice();
    };
    const uniform = uniforms(11);
    const point = Float32Array.from({ length: fixedCount(shape) }, () => uniform() - 0.5);
    const analytic = await numbers(point, 'gradient');
    for (let trial = 0; trial < 3; trial++) {
      const direction = point.map(() => uniform() - 0.5);
      const epsilon = 5e-3;
      const at = async (sign: number): Promise<number> =>
        (
          await numbers(
            point.map((value, i) => value + sign * epsilon * (direction[i] ?? 0)),
            'loss',
          )
        )[0] ?? Number.NaN;
      const numeric = ((await at(1)) - (await at(-1))) / (2 * epsilon);
      const expected = analytic.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0);
      expect(Math.abs(numeric - expected)).toBeLessThan(1e-2 * Math.abs(expected) + 2e-4);
    }
  });

  it('refuses operators it cannot differentiate', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', [3]);
    const loss = graph.reduce('ReduceSum', graph.max(x, graph.scalar(0)), [0], false);
    expect(() => gradients(graph, loss, [x])).toThrow(/no derivative for operator Max/);
  });

  it('passes nothing through stopGradient', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', [3]);
    const loss = graph.reduce('ReduceSum', graph.stopGradient(x), [0], false);
    expect(() => gradients(graph, loss, [x])).toThrow(/does not reach the loss/);
  });
});
