/**
 * The weights of a network as one flat float32 vector: names, shapes, places and initial values.
 *
 * Initialisation follows He et al. 2015 for layers before a ReLU. There is no normalisation layer: the second
 * convolution of every block starts with its standard deviation divided by √blocks, so that the variance of the
 * residual stream stays of order one through the tower (the idea of Fixup, Zhang et al. 2019, without its scalars).
 */

import type { NetSpec } from './architectures.ts';
import { KERNEL_TAPS } from './boards.ts';

/** conv3: [3, 3, in, out]; matrix: [in, out] (a 1×1 convolution or a dense layer); table, bias: as shaped. */
export type ParameterKind = 'conv3' | 'cells' | 'dense' | 'table' | 'bias';

export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /** Shape in the flat vector. */
  readonly shape: readonly number[];
  /** First element in the flat vector. */
  readonly offset: number;
  readonly size: number;
  /** Initial values are normal with this mean and standard deviation. */
  readonly mean: number;
  readonly deviation: number;
  /** Whether weight decay applies (matrices and kernels, not biases and tables). */
  readonly decays: boolean;
}

export interface ParameterList {
  readonly all: readonly Parameter[];
  readonly byName: ReadonlyMap<string, Parameter>;
  /** Length of the flat vector. */
  readonly size: number;
}

/** All weights of a network in the order of the flat vector. */
export function parametersOf(spec: NetSpec): ParameterList {
  const { channels, blocks, squeeze, policyChannels, embedding, valueChannels, globals } = spec.architecture;
  const all: Parameter[] = [];
  let offset = 0;
  const add = (name: string, kind: ParameterKind, shape: readonly number[], deviation: number, mean = 0): void => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const decays = kind === 'conv3' || kind === 'cells' || kind === 'dense';
    all.push({ name, kind, shape, offset, size, mean, deviation, decays });
    offset += size;
  };
  const taps = KERNEL_TAPS[spec.family].reduce((sum, tap) => sum + tap, 0);
  const he = (inputs: number): number => Math.sqrt(2 / inputs);
  const conv3 = (name: string, inputs: number, outputs: number, damping = 1): void => {
    add(`${name}.weight`, 'conv3', [3, 3, inputs, outputs], he(taps * inputs) * damping);
    add(`${name}.bias`, 'bias', [outputs], 0);
  };
  const matrix = (name: string, kind: 'cells' | 'dense', inputs: number, outputs: number, deviation: number): void => {
    add(`${name}.weight`, kind, [inputs, outputs], deviation);
    add(`${name}.bias`, 'bias', [outputs], 0);
  };

  conv3('stem', spec.planes, channels);
  for (let i = 0; i < blocks; i++) {
    conv3(`block${i}.conv1`, channels, channels);
    conv3(`block${i}.conv2`, channels, channels, 1 / Math.sqrt(blocks));
    matrix(`block${i}.squeeze`, 'dense', channels, squeeze, he(channels));
    matrix(`block${i}.excite`, 'dense', squeeze, channels, Math.sqrt(1 / squeeze));
  }
  matrix('value.cells', 'cells', channels, valueChannels, he(channels));
  matrix('globals', 'dense', 2 * valueChannels, globals, he(2 * valueChannels));
  matrix('value.seats', 'dense', globals, spec.players, 0.1 * he(globals));
  matrix('ownership', 'cells', valueChannels, spec.players + 1, 0.1 * he(valueChannels));
  matrix('margins', 'dense', globals, 2 * spec.players, 0.1 * he(globals));
  matrix('plies', 'dense', globals, 1, 0.1 * he(globals));
  matrix('policy.cells', 'cells', channels, policyChannels, he(channels));
  matrix('policy.globals', 'dense', globals, policyChannels, 0.5 * he(globals));
  for (const role of ['from', 'to', 'third']) {
    matrix(`policy.${role}`, 'cells', policyChannels, embedding, 0.5 * he(policyChannels));
    matrix(`policy.no_${role}`, 'dense', globals, embedding, 0.5 * he(globals));
  }
  add('policy.kind_product', 'table', [spec.kinds, embedding], 0.2, 1);
  for (const term of ['from', 'to', 'third', 'scalar']) {
    add(`policy.kind_${term}`, 'table', [spec.kinds, embedding], 0.2);
  }
  add('policy.kind_bias', 'table', [spec.kinds], 0.1);
  add('policy.kind_slope', 'table', [spec.kinds], 0.1);
  return { all, byName: new Map(all.map((parameter) => [parameter.name, parameter])), size: offset };
}

/** The parameter of that name. @throws TypeError when the network has none (a bug of the caller). */
export function parameterOf(list: ParameterList, name: string): Parameter {
  const found = list.byName.get(name);
  if (!found) throw new TypeError(`no parameter '${name}'`);
  return found;
}

/** Initial weights: equal seeds give equal weights. Unused kernel taps of the hexagon are zero. */
export function initialWeights(spec: NetSpec, seed: number): Float32Array {
  const list = parametersOf(spec);
  const weights = new Float32Array(list.size);
  const normal = normals(seed);
  for (const { offset, size, mean, deviation } of list.all) {
    if (deviation === 0 && mean === 0) continue;
    for (let i = 0; i < size; i++) weights[offset + i] = mean + deviation * normal();
  }
  clearUnusedTaps(spec, list, weights);
  return weights;
}

/** Calls `visit` with the range of flat elements of every kernel tap the family does not use. */
export function unusedTaps(spec: NetSpec, list: ParameterList, visit: (start: number, end: number) => void): void {
  for (const { kind, offset, size } of list.all) {
    if (kind !== 'conv3') continue;
    KERNEL_TAPS[spec.family].forEach((used, tap) => {
      if (!used) visit(offset + (tap * size) / 9, offset + ((tap + 1) * size) / 9);
    });
  }
}

function clearUnusedTaps(spec: NetSpec, list: ParameterList, weights: Float32Array): void {
  unusedTaps(spec, list, (start, end) => weights.fill(0, start, end));
}

/** Standard normal numbers by Box and Muller from the 32-bit generator mulberry32 (Ettinger, public domain). */
function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
