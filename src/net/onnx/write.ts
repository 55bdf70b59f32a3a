/** A built graph as ONNX bytes. */
import { encodeMessage } from './message.ts';
import {
  ATTRIBUTE_TYPES,
  DATA_TYPES,
  MODEL,
  type WritableAttribute,
  type WritableModel,
  type WritableNode,
  type WritableTensor,
  type WritableValueInfo,
} from './schema.ts';
import type { Value } from './value.ts';

/** Attribute values: whole numbers, lists of them, strings, or `{ float }`. */
export type Attribute = number | readonly number[] | string | { readonly float: number };
export type Attributes = { readonly [name: string]: Attribute };

export interface GraphNode {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

export interface Constant {
  readonly value: Value;
  readonly raw: Uint8Array;
}

interface GraphParts {
  readonly opset: number;
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

interface Labels {
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Equal graphs give equal bytes. */
export function encodeGraph(
  graph: GraphParts,
  constants: readonly Constant[],
  { producer, metadata }: Labels,
): Uint8Array<ArrayBuffer> {
  const domains = new Set(graph.nodes.map(({ domain }) => domain).filter((domain) => domain !== ''));
  const model: WritableModel = {
    irVersion: 8,
    producerName: producer,
    graph: {
      node: graph.nodes.map(writableNode),
      name: 'net',
      initializer: constants.map(writableTensor),
      input: graph.inputs.map(writableValueInfo),
      output: graph.outputs.map(writableValueInfo),
    },
    opsetImport: [{ domain: '', version: graph.opset }, ...[...domains].map((domain) => ({ domain, version: 1 }))],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  };
  return encodeMessage(MODEL, model);
}

const utf8 = new TextEncoder();

function writableAttribute(name: string, value: Attribute): WritableAttribute {
  if (typeof value === 'number') return { name, i: value, type: ATTRIBUTE_TYPES.int };
  if (typeof value === 'string') return { name, s: utf8.encode(value), type: ATTRIBUTE_TYPES.string };
  if ('float' in value) return { name, f: value.float, type: ATTRIBUTE_TYPES.float };
  return { name, ints: value, type: ATTRIBUTE_TYPES.ints };
}

function writableNode({ op, domain, inputs, outputs, attributes }: GraphNode): WritableNode {
  return {
    input: inputs.map(({ name }) => name),
    output: outputs.map(({ name }) => name),
    name: `${op}:${outputs[0]?.name ?? ''}`,
    opType: op,
    attribute: Object.entries(attributes).map(([name, value]) => writableAttribute(name, value)),
    domain: domain === '' ? undefined : domain,
  };
}

function writableTensor({ value, raw }: Constant): WritableTensor {
  const dims = value.shape.map(Number);
  return { dims, dataType: DATA_TYPES[value.type], name: value.name, rawData: raw };
}

function writableValueInfo({ name, shape, type }: Value): WritableValueInfo {
  const dim = shape.map((size) => (typeof size === 'number' ? { value: size } : { param: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPES[type], shape: { dim } } } };
}
