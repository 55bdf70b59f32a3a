/**
 * Builds ONNX graphs with the shape of every value known while building. Shapes that do not fit are bugs of the caller
 * and throw TypeErrors here, long before a runtime sees the graph. The nodes are kept as they were added, in
 * topological order, so that src/train/graph can walk them backwards.
 */

import { broadcastShapes, type Dim, elementCount, type Shape } from './dims.ts';
import { toHalfArray } from './float16.ts';
import { encodeMessage } from './message.ts';
import {
  ATTRIBUTE_TYPES,
  DATA_TYPES,
  type ElementType,
  MODEL,
  type WritableAttribute,
  type WritableModel,
  type WritableNode,
  type WritableTensor,
  type WritableValueInfo,
} from './schema.ts';

/** A tensor of the graph. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
}

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

/** Type and shape of one output of a node being added. */
interface OutputSpec {
  readonly shape: Shape;
  readonly type: ElementType;
}

interface BuilderOptions {
  /** ai.onnx operator set; 17 reads everywhere, 18 adds reductions to ScatterElements. */
  readonly opset?: 17 | 18;
  /** Type of floating-point constants; inputs and outputs of the graph stay as declared. */
  readonly float?: 'float32' | 'float16';
}

const BYTES: Record<ElementType, number> = { float32: 4, uint8: 1, int8: 1, int32: 4, int64: 8, bool: 1, float16: 2 };

export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly opset: 17 | 18;
  readonly float: 'float32' | 'float16';
  /** Values through which no gradient flows although they depend on weights (see stopGradient). */
  readonly stopped = new Set<string>();
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  readonly #constants: { value: Value; raw: Uint8Array }[] = [];
  readonly #shared = new Map<string, Value>();
  readonly #int64Values = new Map<string, readonly number[]>();
  readonly #names = new Set<string>();
  #counter = 0;

  constructor({ opset = 17, float = 'float32' }: BuilderOptions = {}) {
    this.opset = opset;
    this.float = float;
  }

  // ---- the graph's edges

  input(name: string, type: ElementType, shape: Shape): Value {
    const value = { name: this.#claim(name), shape, type };
    this.#inputs.push(value);
    return value;
  }

  /** Declares an output of the graph under `name`. */
  output(name: string, value: Value): Value {
    const [named] = this.#add('Identity', [value], {}, [value], '', [name]);
    this.#outputs.push(named ?? value);
    return named ?? value;
  }

  get inputs(): readonly Value[] {
    return this.#inputs;
  }

  get outputs(): readonly Value[] {
    return this.#outputs;
  }

  // ---- constants

  /** A floating-point constant in the builder's float type. */
  constant(data: Float32Array | readonly number[], shape: readonly number[], name?: string): Value {
    const floats = data instanceof Float32Array ? data : Float32Array.from(data);
    const stored = this.float === 'float16' ? toHalfArray(floats) : floats;
    return this.#constant(stored, shape, this.float, name);
  }

  scalar(value: number): Value {
    return this.#once(`f${value}`, () => this.constant([value], []));
  }

  int64(values: readonly number[]): Value {
    return this.#once(`i64[${values}]`, () => {
      const value = this.#constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
      this.#int64Values.set(value.name, values);
      return value;
    });
  }

  /** The numbers of a constant made by int64(), for reading axes and bounds back. */
  int64Values(value: Value): readonly number[] {
    const values = this.#int64Values.get(value.name);
    if (!values) throw new TypeError(`'${value.name}' is not a constant list`);
    return values;
  }

  int32(values: readonly number[], shape: readonly number[] = [values.length]): Value {
    return this.#once(`i32[${values}]:${shape}`, () => this.#constant(Int32Array.from(values), shape, 'int32'));
  }

  /** A constant of a quantised type. */
  quantised(data: Int8Array | Uint8Array | Int32Array, shape: readonly number[]): Value {
    const type = data instanceof Int8Array ? 'int8' : data instanceof Uint8Array ? 'uint8' : 'int32';
    return this.#constant(data, shape, type);
  }

  // ---- any operator

  /** Adds a node; for operators without a method of their own. */
  op(op: string, inputs: readonly Value[], attributes: Attributes, output: OutputSpec, domain = ''): Value {
    return this.ops(op, inputs, attributes, [output], domain)[0] ?? noValue(op);
  }

  ops(
    op: string,
    inputs: readonly Value[],
    attributes: Attributes,
    outputs: readonly OutputSpec[],
    domain = '',
  ): Value[] {
    return this.#add(op, inputs, attributes, outputs, domain);
  }

  // ---- elementwise

  add(a: Value, b: Value): Value {
    return this.#elementwise('Add', a, b);
  }
  sub(a: Value, b: Value): Value {
    return this.#elementwise('Sub', a, b);
  }
  mul(a: Value, b: Value): Value {
    return this.#elementwise('Mul', a, b);
  }
  div(a: Value, b: Value): Value {
    return this.#elementwise('Div', a, b);
  }
  min(a: Value, b: Value): Value {
    return this.#elementwise('Min', a, b);
  }
  max(a: Value, b: Value): Value {
    return this.#elementwise('Max', a, b);
  }
  relu(x: Value): Value {
    return this.op('Relu', [x], {}, x);
  }
  sigmoid(x: Value): Value {
    return this.op('Sigmoid', [x], {}, x);
  }
  exp(x: Value): Value {
    return this.op('Exp', [x], {}, x);
  }
  log(x: Value): Value {
    return this.op('Log', [x], {}, x);
  }
  sqrt(x: Value): Value {
    return this.op('Sqrt', [x], {}, x);
  }
  neg(x: Value): Value {
    return this.op('Neg', [x], {}, x);
  }
  cast(x: Value, type: ElementType): Value {
    return x.type === type ? x : this.op('Cast', [x], { to: DATA_TYPES[type] }, { shape: x.shape, type });
  }
  equal(a: Value, b: Value): Value {
    return this.op('Equal', [a, b], {}, { shape: broadcastShapes(a.shape, b.shape), type: 'bool' });
  }
  softmax(x: Value, axis: number): Value {
    return this.op('Softmax', [x], { axis }, x);
  }
  logSoftmax(x: Value, axis: number): Value {
    return this.op('LogSoftmax', [x], { axis }, x);
  }
  /** Passes `x` on as a constant for differentiation. */
  stopGradient(x: Value): Value {
    const stopped = this.op('Identity', [x], {}, x);
    this.stopped.add(stopped.name);
    return stopped;
  }

  // ---- shape

  /** At most one size may be a symbol; `symbolic` sizes several of which are open use reshapeAs with explicit codes. */
  reshape(x: Value, shape: Shape): Value {
    const codes = shape.map((dim) => (typeof dim === 'number' ? dim : -1));
    if (codes.filter((code) => code === -1).length > 1) throw new TypeError(`reshape to [${shape}] has two open sizes`);
    return this.reshapeAs(x, shape, codes);
  }

  /** Reshape with ONNX's codes: 0 copies the size at that place, -1 infers it. */
  reshapeAs(x: Value, shape: Shape, codes: readonly number[]): Value {
    if (elementCount(x.shape) !== elementCount(shape)) throw new TypeError(`cannot reshape [${x.shape}] to [${shape}]`);
    return this.op('Reshape', [x, this.int64(codes)], {}, { shape, type: x.type });
  }

  transpose(x: Value, perm: readonly number[]): Value {
    return this.op('Transpose', [x], { perm }, { shape: perm.map((axis) => dimAt(x, axis)), type: x.type });
  }

  unsqueeze(x: Value, axis: number): Value {
    const shape = x.shape.toSpliced(axis, 0, 1);
    return this.op('Unsqueeze', [x, this.int64([axis])], {}, { shape, type: x.type });
  }

  squeeze(x: Value, axis: number): Value {
    return this.op('Squeeze', [x, this.int64([axis])], {}, { shape: x.shape.toSpliced(axis, 1), type: x.type });
  }

  concat(values: readonly Value[], axis: number): Value {
    const first = values[0] ?? noValue('Concat');
    const sizes = values.map((value) => dimAt(value, axis));
    let total: Dim = 0;
    for (const size of sizes) {
      if (typeof size === 'number' && typeof total === 'number') total += size;
      else total = total === 0 ? size : `${total}+${size}`;
    }
    return this.op('Concat', values, { axis }, { shape: first.shape.with(axis, total), type: first.type });
  }

  /** x[..., start:end, ...] on one axis of fixed size. */
  slice(x: Value, axis: number, start: number, end: number): Value {
    const bounds = [this.int64([start]), this.int64([end]), this.int64([axis])];
    return this.op('Slice', [x, ...bounds], {}, { shape: x.shape.with(axis, end - start), type: x.type });
  }

  /** x[..., index, ...]: one entry of an axis, the axis removed. */
  select(x: Value, axis: number, index: number): Value {
    const at = this.int32([index], []);
    return this.op('Gather', [x, at], { axis }, { shape: x.shape.toSpliced(axis, 1), type: x.type });
  }

  /** Rows x[indices] of the first axis. */
  gather(x: Value, indices: Value): Value {
    return this.op(
      'Gather',
      [x, indices],
      { axis: 0 },
      { shape: [...indices.shape, ...x.shape.slice(1)], type: x.type },
    );
  }

  /** x[i, j] for rows (i, j) of `indices` [M, 2] int64: [M, ...rest]. */
  gatherND(x: Value, indices: Value): Value {
    const depth = dimAt(indices, indices.shape.length - 1);
    if (typeof depth !== 'number') throw new TypeError('gatherND needs a fixed index depth');
    const shape = [...indices.shape.slice(0, -1), ...x.shape.slice(depth)];
    return this.op('GatherND', [x, indices], {}, { shape, type: x.type });
  }

  /** `base` [K] with `updates` [M] combined into base[indices[m]]. */
  scatterReduce(base: Value, indices: Value, updates: Value, reduction: 'add' | 'max'): Value {
    return this.op('ScatterElements', [base, indices, updates], { axis: 0, reduction }, base);
  }

  // ---- reductions and products

  reduce(op: 'ReduceSum' | 'ReduceMean' | 'ReduceMax', x: Value, axes: readonly number[], keepDims: boolean): Value {
    const shape = x.shape.flatMap((dim, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [dim]));
    const keepdims = keepDims ? 1 : 0;
    // ReduceSum takes its axes as an input since opset 13, the others since 18.
    return op === 'ReduceSum' || this.opset >= 18
      ? this.op(op, [x, this.int64(axes)], { keepdims }, { shape, type: x.type })
      : this.op(op, [x], { axes, keepdims }, { shape, type: x.type });
  }

  /** NumPy's matmul with broadcast leading axes. */
  matmul(a: Value, b: Value): Value {
    return this.op('MatMul', [a, b], {}, { shape: matmulShape(a.shape, b.shape), type: a.type });
  }

  /** x [R, I] · w [I, O] + b [O]. */
  gemm(x: Value, w: Value, b: Value): Value {
    return this.op('Gemm', [x, w, b], {}, { shape: [dimAt(x, 0), dimAt(w, 1)], type: x.type });
  }

  /** Same-size convolution of x [N, I, H, W] with an odd kernel w [O, I, k, k] and an optional bias. */
  conv(x: Value, w: Value, b?: Value): Value {
    const kernel = dimAt(w, 2);
    if (typeof kernel !== 'number') throw new TypeError('a kernel has a fixed size');
    const pad = (kernel - 1) / 2;
    const attributes = { kernel_shape: [kernel, kernel], pads: [pad, pad, pad, pad], strides: [1, 1] };
    return this.op('Conv', b ? [x, w, b] : [x, w], attributes, { shape: x.shape.with(1, dimAt(w, 0)), type: x.type });
  }

  // ---- writing

  /** The graph as ONNX bytes; equal graphs give equal bytes. */
  build({ producer = 'rr', metadata = {} }: { producer?: string; metadata?: Readonly<Record<string, string>> } = {}) {
    const domains = new Set(this.nodes.map(({ domain }) => domain).filter((domain) => domain !== ''));
    const model: WritableModel = {
      irVersion: 8,
      producerName: producer,
      graph: {
        node: this.nodes.map(writableNode),
        name: 'net',
        initializer: this.#constants.map(writableTensor),
        input: this.#inputs.map(writableValueInfo),
        output: this.#outputs.map(writableValueInfo),
      },
      opsetImport: [{ domain: '', version: this.opset }, ...[...domains].map((domain) => ({ domain, version: 1 }))],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    };
    return encodeMessage(MODEL, model);
  }

  // ---- inside

  #elementwise(op: string, a: Value, b: Value): Value {
    return this.op(op, [a, b], {}, { shape: broadcastShapes(a.shape, b.shape), type: a.type });
  }

  #add(
    op: string,
    inputs: readonly Value[],
    attributes: Attributes,
    outputs: readonly OutputSpec[],
    domain: string,
    names: readonly string[] = [],
  ): Value[] {
    const values = outputs.map(({ shape, type }, i) => {
      const name = this.#claim(names[i] ?? `${op.toLowerCase()}_${this.#counter++}`);
      return { name, shape, type };
    });
    this.nodes.push({ op, domain, inputs, outputs: values, attributes });
    return values;
  }

  #claim(name: string): string {
    if (this.#names.has(name)) throw new TypeError(`the graph has two values '${name}'`);
    this.#names.add(name);
    return name;
  }

  #once(key: string, make: () => Value): Value {
    const known = this.#shared.get(key);
    if (known) return known;
    const made = make();
    this.#shared.set(key, made);
    return made;
  }

  #constant(data: ArrayBufferView, shape: readonly number[], type: ElementType, name?: string): Value {
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const size = shape.reduce((product, dim) => product * dim, 1);
    if (raw.length !== size * BYTES[type])
      throw new TypeError(`a constant of shape [${shape}] has ${raw.length} bytes`);
    const value = { name: this.#claim(name ?? `constant_${this.#counter++}`), shape, type };
    this.#constants.push({ value, raw });
    return value;
  }
}

function noValue(op: string): never {
  throw new TypeError(`${op} needs at least one value`);
}

/** Size of one axis. */
export function dimAt(value: Value, axis: number): Dim {
  const dim = value.shape.at(axis);
  if (dim === undefined) throw new TypeError(`'${value.name}' of shape [${value.shape}] has no axis ${axis}`);
  return dim;
}

/** Shape of NumPy's matmul for operands of at least two axes. */
export function matmulShape(a: Shape, b: Shape): Dim[] {
  const [rows, inner] = [a.at(-2), a.at(-1)];
  const [innerB, columns] = [b.at(-2), b.at(-1)];
  if (rows === undefined || columns === undefined || inner !== innerB) {
    throw new TypeError(`cannot multiply [${a}] by [${b}]`);
  }
  return [...broadcastShapes(a.slice(0, -2), b.slice(0, -2)), rows, columns];
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

function writableTensor({ value, raw }: { value: Value; raw: Uint8Array }): WritableTensor {
  const dims = value.shape.map(Number);
  return { dims, dataType: DATA_TYPES[value.type], name: value.name, rawData: raw };
}

function writableValueInfo({ name, shape, type }: Value): WritableValueInfo {
  const dim = shape.map((size) => (typeof size === 'number' ? { value: size } : { param: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPES[type], shape: { dim } } } };
}
