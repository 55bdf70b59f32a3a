/**
 * The network with ONNX's Conv: activations [N, C, H, W]. This is the form of model files (any H × W, the mask read
 * from plane 0), of GPUs, and the reference the other forms are compared with.
 */
import type { NetSpec } from '../arch/architectures.ts';
import { type BoardBox, type Family, KERNEL_TAPS } from '../arch/boards.ts';
import type { Form } from '../arch/forward.ts';
import type { Parameter } from '../arch/parameters.ts';
import type { GraphBuilder } from '../onnx/builder.ts';
import type { Dim } from '../onnx/dims.ts';
import { dimAt, type Value } from '../onnx/value.ts';
import type { Derivation, WeightSource } from './weights.ts';
import { moveRows } from './winograd-form.ts';

export interface ConvOptions {
  readonly graph: GraphBuilder;
  readonly spec: NetSpec;
  /** The board, or undefined for a graph that takes any box. */
  readonly box?: BoardBox;
  readonly batch: number | string;
  readonly weights: WeightSource;
}

/** Declares the input `x` [N, C, H, W] and returns the layers in this form. */
export function convForm({ graph, spec, box, batch, weights }: ConvOptions): Form {
  const [height, width]: [Dim, Dim] = box ? [box.height, box.width] : ['H', 'W'];
  const input = graph.input('x', 'float32', [batch, spec.planes, height, width]);
  const x = graph.cast(input, graph.float);
  const mask = maskOf(graph, spec.family, box, x);
  const masked = (value: Value): Value => (mask ? graph.mul(value, mask.plane) : value);

  return {
    graph,
    batch,
    x,
    weight: weights.plain,
    conv3: (value, name) =>
      graph.conv(value, weights.derived(`${name}.weight`, kernelLayout(graph, spec)), weights.plain(`${name}.bias`)),
    cells: (value, name) =>
      graph.conv(value, weights.derived(`${name}.weight`, pointwiseLayout(graph)), weights.plain(`${name}.bias`)),
    activate: (value) => masked(graph.relu(value)),
    mask: masked,
    mean(value) {
      if (!mask) return graph.reduce('ReduceMean', value, [2, 3], false);
      return graph.mul(graph.reduce('ReduceSum', value, [2, 3], false), mask.perCell);
    },
    max: (value) => graph.reduce('ReduceMax', value, [2, 3], false),
    scale: (value, factors) => graph.mul(value, perPlane(graph, factors)),
    shift: (value, terms) => graph.add(value, perPlane(graph, terms)),
    rows(value, missing, moves, column) {
      const channels = dimAt(value, 1);
      if (typeof channels !== 'number') throw new TypeError('channels are fixed');
      const area: Dim = typeof height === 'number' && typeof width === 'number' ? height * width : 'H*W';
      const last = graph.transpose(value, [0, 2, 3, 1]);
      const flat = graph.reshapeAs(last, [batch, area, channels], [0, -1, channels]);
      const table = graph.concat([graph.unsqueeze(missing, 1), flat], 1);
      return graph.gatherND(table, moveRows(graph, moves, [0, column], [0, 1]));
    },
    planes: (value) => value,
  };
}

/** [N, C] as [N, C, 1, 1]. */
function perPlane(graph: GraphBuilder, value: Value): Value {
  const shape = [...value.shape, 1, 1];
  return graph.op('Unsqueeze', [value, graph.int64([2, 3])], {}, { shape, type: value.type });
}

interface Mask {
  /** 1 on the board: [1 or N, 1, H, W]. */
  readonly plane: Value;
  /** 1 / cells on the board: [] or [N, 1]. */
  readonly perCell: Value;
}

/** A square board fills its box and needs no mask. */
function maskOf(graph: GraphBuilder, family: Family, box: BoardBox | undefined, x: Value): Mask | undefined {
  if (family === 'square') return undefined;
  if (box) {
    const plane = graph.constant(Float32Array.from(box.valid), [1, 1, box.height, box.width]);
    return { plane, perCell: graph.scalar(1 / box.cells) };
  }
  const plane = graph.slice(x, 1, 0, 1);
  const cells = graph.reduce('ReduceSum', plane, [2, 3], false);
  return { plane, perCell: graph.op('Reciprocal', [cells], {}, cells) };
}

const sizesOf = ({ shape }: Parameter): [number, number] => [shape.at(-2) ?? 1, shape.at(-1) ?? 1];

/** Kernel [3, 3, I, O] of the flat vector → [O, I, 3, 3] of Conv, unused taps of the hexagon zeroed. */
function kernelLayout(graph: GraphBuilder, spec: NetSpec): Derivation {
  const taps = KERNEL_TAPS[spec.family];
  return {
    numbers(values, parameter) {
      const [inputs, outputs] = sizesOf(parameter);
      return { shape: [outputs, inputs, 3, 3], data: convKernel(values, inputs, outputs, 9) };
    },
    nodes(values) {
      const used = taps.includes(0) ? graph.mul(values, graph.constant(taps, [3, 3, 1, 1])) : values;
      return graph.transpose(used, [3, 2, 0, 1]);
    },
  };
}

/** Matrix [I, O] → [O, I, 1, 1]. */
function pointwiseLayout(graph: GraphBuilder): Derivation {
  return {
    numbers(values, parameter) {
      const [inputs, outputs] = sizesOf(parameter);
      return { shape: [outputs, inputs, 1, 1], data: convKernel(values, inputs, outputs, 1) };
    },
    nodes(values, parameter) {
      const [inputs, outputs] = sizesOf(parameter);
      return graph.reshape(graph.transpose(values, [1, 0]), [outputs, inputs, 1, 1]);
    },
  };
}

/** [taps, I, O] → [O, I, taps]. */
export function convKernel(values: Float32Array, inputs: number, outputs: number, taps: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let tap = 0; tap < taps; tap++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++)
        result[(o * inputs + i) * taps + tap] = values[(tap * inputs + i) * outputs + o] ?? 0;
    }
  }
  return result;
}
