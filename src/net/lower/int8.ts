/**
 * int8 inference: the tower's 3×3 convolutions as quantise–dequantise pairs that the runtime fuses into integer
 * convolutions. Activations uint8 per tensor with calibrated ranges, weights int8 per output channel (symmetric), as
 * in Jacob et al. 2018. Heads, squeeze-excitation and the residual sum stay in fp32.
 */
import type { NetSpec } from '../arch/architectures.ts';
import { type ParameterList, parameterOf, parametersOf } from '../arch/parameters.ts';
import type { GraphBuilder, Value } from '../onnx/builder.ts';
import { convKernel } from './conv-form.ts';

/** Smallest and largest value seen at the input and the output of a convolution. */
export interface Range {
  readonly min: number;
  readonly max: number;
}
/** Ranges by `<convolution>:in` and `<convolution>:out`. */
export type ActivationRanges = ReadonlyMap<string, Range>;

export type Convolve = (x: Value, weight: Value, bias: Value, name: string) => Value;

interface Scale {
  readonly scale: Value;
  readonly zero: Value;
  readonly step: number;
}

/** A convolution that replaces Conv in convForm; those without calibrated ranges stay in fp32. */
export function quantisedConvolution(
  graph: GraphBuilder,
  spec: NetSpec,
  flat: Float32Array,
  ranges: ActivationRanges,
): Convolve {
  const list = parametersOf(spec);
  const quantised = new Map<string, Value>();
  const scaleOf = (key: string): Scale | undefined => {
    const range = ranges.get(key);
    if (!range) return undefined;
    const min = Math.min(0, range.min);
    const step = Math.max(range.max - min, 1e-6) / 255;
    const zero = Math.round(-min / step);
    return { scale: graph.scalar(step), zero: graph.quantised(Uint8Array.of(zero), []), step };
  };
  const roundTrip = (x: Value, key: string, { scale, zero }: Scale): Value => {
    const known = quantised.get(key);
    if (known) return known;
    const q = graph.op('QuantizeLinear', [x, scale, zero], {}, { shape: x.shape, type: 'uint8' });
    const back = graph.op('DequantizeLinear', [q, scale, zero], {}, { shape: x.shape, type: 'float32' });
    quantised.set(key, back);
    return back;
  };

  return (x, weight, bias, name) => {
    const input = scaleOf(`${name}:in`);
    const output = scaleOf(`${name}:out`);
    if (!input || !output) return graph.conv(x, weight, bias);
    const kernel = quantiseKernel(list, flat, name);
    const weights = graph.op(
      'DequantizeLinear',
      [
        graph.quantised(kernel.values, weight.shape.map(Number)),
        graph.constant(kernel.scales, [kernel.scales.length]),
        graph.quantised(new Int8Array(kernel.scales.length), [kernel.scales.length]),
      ],
      { axis: 0 },
      { shape: weight.shape, type: 'float32' },
    );
    const biasScales = kernel.scales.map((scale) => scale * input.step);
    const biases = kernel.biases.map((value, channel) => Math.round(value / (biasScales[channel] ?? 1)));
    const offsets = graph.op(
      'DequantizeLinear',
      [
        graph.quantised(Int32Array.from(biases), [biases.length]),
        graph.constant(biasScales, [biases.length]),
        graph.quantised(new Int32Array(biases.length), [biases.length]),
      ],
      { axis: 0 },
      { shape: bias.shape, type: 'float32' },
    );
    return roundTrip(graph.conv(roundTrip(x, x.name, input), weights, offsets), `${name}:out`, output);
  };
}

/** int8 kernel [O, I, 3, 3] with one scale per output channel, and the fp32 biases. */
function quantiseKernel(list: ParameterList, flat: Float32Array, name: string) {
  const weight = parameterOf(list, `${name}.weight`);
  const bias = parameterOf(list, `${name}.bias`);
  const [inputs, outputs] = [weight.shape[2] ?? 1, weight.shape[3] ?? 1];
  const kernel = convKernel(flat.subarray(weight.offset, weight.offset + weight.size), inputs, outputs, 9);
  const row = inputs * 9;
  const scales = Float32Array.from({ length: outputs }, (_, o) => {
    const largest = kernel.subarray(o * row, (o + 1) * row).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    return Math.max(largest, 1e-8) / 127;
  });
  const values = Int8Array.from(kernel, (value, i) => Math.round(value / (scales[Math.floor(i / row)] ?? 1)));
  return { values, scales, biases: flat.slice(bias.offset, bias.offset + bias.size) };
}
