/**
 * The arithmetic peak of this machine as the runtime can reach it: the best rate of dense kernels whose operands stay
 * in the cache, measured now. Node has no instruction-level loop to measure the bare multiply-add units with.
 */
import * as ort from 'onnxruntime-node';
import { GraphBuilder } from '../onnx/builder.ts';
import { fixedCount } from '../onnx/dims.ts';
import type { Value } from '../onnx/value.ts';
import { createRuntimeSession } from '../session/session.ts';
import { measure } from './measure.ts';

export interface Peak {
  /** Multiply-adds per second and core in the best single call. */
  readonly multiplyAddsPerSecond: number;
  /** Which kernel reached it. */
  readonly kernel: string;
}

interface Kernel {
  readonly name: string;
  readonly multiplyAdds: number;
  readonly emit: (graph: GraphBuilder) => Value;
}

const filled = (graph: GraphBuilder, shape: readonly number[]): Value =>
  graph.constant(new Float32Array(fixedCount(shape)).fill(0.01), shape);

const product = (rows: number, inner: number, columns: number): Kernel => ({
  name: `matmul ${rows}×${inner}×${columns}`,
  multiplyAdds: rows * inner * columns,
  emit: (graph) => graph.matmul(graph.input('x', 'float32', [rows, inner]), filled(graph, [inner, columns])),
});

const convolution = (channels: number, size: number): Kernel => ({
  name: `conv 3×3 ${channels}→${channels} on ${size}×${size}`,
  multiplyAdds: size * size * channels * channels * 9,
  emit: (graph) =>
    graph.conv(graph.input('x', 'float32', [1, channels, size, size]), filled(graph, [channels, channels, 3, 3])),
});

const KERNELS: readonly Kernel[] = [
  product(192, 192, 192),
  product(384, 384, 384),
  product(768, 768, 768),
  convolution(64, 16),
  convolution(96, 16),
];

/** @param seconds per kernel */
export async function measurePeak(seconds = 0.3): Promise<Peak> {
  let best: Peak = { multiplyAddsPerSecond: 0, kernel: 'none' };
  for (const { name, multiplyAdds, emit } of KERNELS) {
    const graph = new GraphBuilder();
    const y = graph.output('y', emit(graph));
    const session = await createRuntimeSession(graph.build(), 1);
    const x = graph.inputs[0] ?? y;
    const tensor = (value: Value): ort.Tensor =>
      new ort.Tensor('float32', new Float32Array(fixedCount(value.shape)).fill(0.5), value.shape.map(Number));
    const [feeds, fetches] = [{ x: tensor(x) }, { y: tensor(y) }];
    const { bestSeconds } = await measure(() => session.run(feeds, fetches), seconds);
    await session.release();
    if (multiplyAdds / bestSeconds > best.multiplyAddsPerSecond) {
      best = { multiplyAddsPerSecond: multiplyAdds / bestSeconds, kernel: name };
    }
  }
  return best;
}
