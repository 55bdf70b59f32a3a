/**
 * Builds ONNX graphs with the shape of every value known while building. Shapes that do not fit are bugs of the caller
 * and throw TypeErrors here, long before a runtime sees the graph. The nodes are kept as they were added, in
 * topological order, so that src/train/graph can walk them backwards.
 */
import { broadcastShapes, type Dim, elementCount, type Shape } from './dims.ts';
import { Graph } from './graph.ts';
import { DATA_TYPES, type ElementType } from './schema.ts';
import { dimAt, matmulShape, noValue, type Value } from './value.ts';

export class GraphBuilder extends Graph {
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

  #elementwise(op: string, a: Value, b: Value): Value {
    return this.op(op, [a, b], {}, { shape: broadcastShapes(a.shape, b.shape), type: a.type });
  }
}
