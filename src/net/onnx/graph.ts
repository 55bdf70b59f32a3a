import type { Shape } from './dims.ts';
import { toHalfArray } from './float16.ts';
import type { ElementType } from './schema.ts';
import { noValue, type Value } from './value.ts';
import { type Attributes, type Constant, encodeGraph, type GraphNode } from './write.ts';

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

/** A graph being built: its nodes in the order they were added, its inputs, outputs and constants. */
export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly opset: 17 | 18;
  readonly float: 'float32' | 'float16';
  /** Values through which no gradient flows although they depend on weights (see stopGradient). */
  readonly stopped = new Set<string>();
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  readonly #constants: Constant[] = [];
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

  /** The graph as ONNX bytes; equal graphs give equal bytes. */
  build({ producer = 'rr', metadata = {} }: { producer?: string; metadata?: Readonly<Record<string, string>> } = {}) {
    return encodeGraph(this, this.#constants, { producer, metadata });
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
