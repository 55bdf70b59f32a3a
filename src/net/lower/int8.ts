/**
 * int8 inference for CPUs: the convolutions that cost anything as quantise–dequantise pairs, which the runtime fuses
 * into integer convolutions. Activations are uint8 per tensor with calibrated ranges, weights int8 per output channel
 * (symmetric), biases int32, as in Jacob et al. 2018. Squeeze-excitation, the residual sum and the heads' last layers
 * stay in fp32.
 */
import type { NetSpec } from '../arch/architectures.ts';
import type { BoardBox } from '../arch/boards.ts';
import type { Form } from '../arch/forward.ts';
import { type ParameterList, parameterOf, parametersOf } from '../arch/parameters.ts';
import type { GraphBuilder } from '../onnx/builder.ts';
import { dimAt, type Value } from '../onnx/value.ts';
import { convForm, convKernel } from './conv-form.ts';
import type { WeightSource } from './weights.ts';

/** Smallest and largest value seen. */
export interface Range {
  readonly min: number;
  readonly max: number;
}
/** Ranges by `<convolution>:in`, `<convolution>:out` and, where its mean over cells is taken, `<convolution>:mean`. */
export type ActivationRanges = ReadonlyMap<string, Range>;

/** 1×1 convolutions worth quantising; the 3×3 ones all are. */
export const QUANTISED_CELLS: ReadonlySet<string> = new Set(['value.cells', 'policy.cells']);

/** Whether a convolution's result goes through `activate`: then only its positive part needs a grid. */
export const isActivated = (name: string): boolean => !name.endsWith('conv2') && name !== 'policy.cells';

/** A grid of 256 values: x = step·(q − zero). */
interface Grid {
  /** The convolution whose results lie on it. */
  readonly source: string;
  readonly step: number;
  readonly zero: number;
  readonly scale: Value;
  readonly zeroPoint: Value;
}

interface Int8Options {
  readonly graph: GraphBuilder;
  readonly spec: NetSpec;
  readonly box: BoardBox;
  readonly batch: number | string;
  readonly weights: WeightSource;
  /** The flat vector of parametersOf(spec). */
  readonly flat: Float32Array;
  readonly ranges: ActivationRanges;
}

/** The convolution form with quantised convolutions. @throws TypeError when a range is missing */
export function int8Form({ graph, spec, box, batch, weights, flat, ranges }: Int8Options): Form {
  const base = convForm({ graph, spec, box, batch, weights });
  const list = parametersOf(spec);
  /** Values known to lie on a grid, by name. */
  const grids = new Map<string, Grid>();
  const snapped = new Map<string, Value>();

  const gridOf = (key: string): Grid => {
    const range = ranges.get(key);
    if (!range) throw new TypeError(`int8 lacks the range of '${key}'`);
    const min = Math.min(0, range.min);
    const step = Math.max(range.max - min, 1e-6) / 255;
    const zero = Math.round(-min / step);
    const source = key.slice(0, key.indexOf(':'));
    return { source, step, zero, scale: graph.scalar(step), zeroPoint: graph.quantised(Uint8Array.of(zero), []) };
  };
  const snap = (x: Value, grid: Grid): Value => {
    const { scale, zeroPoint } = grid;
    const q = graph.op('QuantizeLinear', [x, scale, zeroPoint], {}, { shape: x.shape, type: 'uint8' });
    const back = graph.op('DequantizeLinear', [q, scale, zeroPoint], {}, { shape: x.shape, type: 'float32' });
    grids.set(back.name, grid);
    return back;
  };
  /** The value on a grid: itself when it is on one, else snapped to that of `key`, once for all its users. */
  const onGrid = (x: Value, key: string): Value => {
    if (grids.has(x.name)) return x;
    const known = snapped.get(x.name) ?? snap(x, gridOf(key));
    snapped.set(x.name, known);
    return known;
  };
  const convolve = (x: Value, name: string, taps: 1 | 9): Value => {
    const input = onGrid(x, `${name}:in`);
    const step = grids.get(input.name)?.step ?? 1;
    const { kernel, bias } = quantisedWeights(graph, list, flat, name, taps, step);
    return snap(graph.conv(input, kernel, bias), gridOf(`${name}:out`));
  };

  const masked = (x: Value, grid: Grid): Value => {
    if (box.cells === box.valid.length) return x;
    // Spread over the channels: the runtime multiplies long rows much faster than one row per cell.
    const channels = Number(dimAt(x, 1));
    const shape = [1, channels, box.height, box.width];
    const bits = graph.quantised(
      Uint8Array.from({ length: channels * box.valid.length }, (_, i) => box.valid[i % box.valid.length] ?? 0),
      shape,
    );
    const unit = [graph.scalar(1), graph.quantised(Uint8Array.of(0), [])];
    const mask = graph.op('DequantizeLinear', [bits, ...unit], {}, { shape, type: 'float32' });
    return snap(graph.mul(x, mask), grid);
  };

  return {
    ...base,
    conv3: (x, name) => convolve(x, name, 9),
    cells: (x, name, options) => (QUANTISED_CELLS.has(name) ? convolve(x, name, 1) : base.cells(x, name, options)),
    activate(x) {
      const grid = grids.get(x.name);
      // A grid that starts at zero has clipped the negative values: it is the ReLU.
      return grid?.zero === 0 ? masked(x, grid) : base.activate(x);
    },
    mean(x) {
      const grid = grids.get(x.name);
      if (!grid) return base.mean(x);
      // Integer pooling in the runtime's own layout; off-board cells are zero and only enlarge the divisor.
      const shape = [...x.shape.slice(0, 2), 1, 1];
      const pooled = snap(
        graph.op('GlobalAveragePool', [x], {}, { shape, type: 'float32' }),
        gridOf(`${grid.source}:mean`),
      );
      const means = graph.reshape(pooled, x.shape.slice(0, 2));
      return graph.mul(means, graph.scalar(box.valid.length / box.cells));
    },
    mask(x) {
      const grid = grids.get(x.name);
      return grid ? masked(x, grid) : base.mask(x);
    },
  };
}

/** Kernel [O, I, k, k] and bias [O] as constants with their dequantisation. */
function quantisedWeights(
  graph: GraphBuilder,
  list: ParameterList,
  flat: Float32Array,
  name: string,
  taps: 1 | 9,
  inputStep: number,
): { kernel: Value; bias: Value } {
  const valuesOf = ({ offset, size }: { offset: number; size: number }) => flat.subarray(offset, offset + size);
  const weight = parameterOf(list, `${name}.weight`);
  const biases = valuesOf(parameterOf(list, `${name}.bias`));
  const [inputs, outputs] = [weight.shape.at(-2) ?? 1, weight.shape.at(-1) ?? 1];
  const kernel = convKernel(valuesOf(weight), inputs, outputs, taps);
  const row = inputs * taps;
  const steps = Float32Array.from({ length: outputs }, (_, o) => {
    const largest = kernel.subarray(o * row, (o + 1) * row).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    return Math.max(largest, 1e-8) / 127;
  });
  const biasSteps = steps.map((step) => step * inputStep);
  const dequantise = (
    data: Int8Array | Int32Array,
    shape: number[],
    scales: Float32Array,
    zeros: Int8Array | Int32Array,
  ) =>
    graph.op(
      'DequantizeLinear',
      [graph.quantised(data, shape), graph.constant(scales, [outputs]), graph.quantised(zeros, [outputs])],
      { axis: 0 },
      { shape, type: 'float32' },
    );
  const size = Math.sqrt(taps);
  const integers = Int8Array.from(kernel, (value, i) => Math.round(value / (steps[Math.floor(i / row)] ?? 1)));
  const integerBiases = Int32Array.from(biases, (value, o) => Math.round(value / (biasSteps[o] ?? 1)));
  const bias = dequantise(integerBiases, [outputs], biasSteps, new Int32Array(outputs));
  return { kernel: dequantise(integers, [outputs, inputs, size, size], steps, new Int8Array(outputs)), bias };
}
