/** Where the layers of a form get their weights from: constants of the graph, or a vector it is given at run time. */
import type { NetSpec } from '../arch/architectures.ts';
import { type Parameter, type ParameterList, parameterOf, parametersOf } from '../arch/parameters.ts';
import type { GraphBuilder } from '../onnx/builder.ts';
import type { Value } from '../onnx/value.ts';

export interface WeightSource {
  /** The weight in the layout of the flat vector. */
  plain(name: string): Value;
  /** The weight in a form's own layout: computed now from known numbers, or by the graph from a running vector. */
  derived(name: string, derivation: Derivation): Value;
}

/** One linear change of layout, written twice: on numbers and as graph nodes. Tests hold the two together. */
export interface Derivation {
  readonly numbers: (weights: Float32Array, parameter: Parameter) => { shape: readonly number[]; data: Float32Array };
  readonly nodes: (weights: Value, parameter: Parameter) => Value;
}

/** Weights as constants named after their parameters. */
export function constantWeights(graph: GraphBuilder, spec: NetSpec, flat: Float32Array): WeightSource {
  const list = parametersOf(spec);
  const made = new Map<string, Value>();
  const once = (name: string, make: (values: Float32Array, parameter: Parameter) => Value): Value => {
    const known = made.get(name);
    if (known) return known;
    const parameter = parameterOf(list, name);
    const value = make(flat.subarray(parameter.offset, parameter.offset + parameter.size), parameter);
    made.set(name, value);
    return value;
  };
  return {
    plain: (name) => once(name, (values, { shape }) => graph.constant(values, shape, name)),
    derived: (name, { numbers }) =>
      once(name, (values, parameter) => {
        const { shape, data } = numbers(values, parameter);
        return graph.constant(data, shape, name);
      }),
  };
}

/** Weights as slices of the graph's input vector [P]; `slices` are the ones in use, by name. */
export function vectorWeights(
  graph: GraphBuilder,
  list: ParameterList,
  vector: Value,
): WeightSource & { readonly slices: ReadonlyMap<string, Value> } {
  const slices = new Map<string, Value>();
  const plain = (name: string): Value => {
    const known = slices.get(name);
    if (known) return known;
    const { shape, offset, size } = parameterOf(list, name);
    const value = graph.reshape(graph.slice(vector, 0, offset, offset + size), shape);
    slices.set(name, value);
    return value;
  };
  return { slices, plain, derived: (name, { nodes }) => nodes(plain(name), parameterOf(list, name)) };
}
