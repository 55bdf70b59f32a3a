/** Vector–Jacobian products: for each operator, the gradient of its inputs from the gradient of its output. */

import type { GraphBuilder } from '../../net/onnx/builder.ts';
import { fixedShape, type Shape } from '../../net/onnx/dims.ts';
import { dimAt, matmulShape, type Value } from '../../net/onnx/value.ts';
import { materialise } from './broadcast.ts';
import { convVjp } from './conv-vjp.ts';
import { fullGradient, inputOf, type Vjp, type VjpContext } from './vjp-context.ts';

/** @throws TypeError for an operator without a rule */
export function vjpOf(op: string): Vjp {
  const rule = RULES.get(op);
  if (!rule) throw new TypeError(`no derivative for operator ${op}`);
  return rule;
}

const unary =
  (rule: (context: VjpContext, x: Value) => Value): Vjp =>
  (context) => [rule(context, inputOf(context.node, 0))];

type Binary = (context: VjpContext, a: Value, b: Value) => readonly [() => Value, () => Value];
const binary =
  (rule: Binary): Vjp =>
  (context) => {
    const [forA, forB] = rule(context, inputOf(context.node, 0), inputOf(context.node, 1));
    return [context.wanted[0] ? forA() : undefined, context.wanted[1] ? forB() : undefined];
  };

const reshaped = unary((context, x) => context.graph.reshape(fullGradient(context), x.shape));

/** Axes of a reduction: an attribute or, by operator and opset, a constant input. */
function reducedAxes({ graph, node }: VjpContext): readonly number[] {
  const { axes } = node.attributes;
  return Array.isArray(axes) ? axes : graph.int64Values(inputOf(node, 1));
}

/** The value (gradient or result of a reduction) with the reduced axes present as size 1; scalars stay scalars. */
function withReducedAxes(context: VjpContext, value: Value, x: Value): Value {
  const { graph, node, output } = context;
  if (node.attributes.keepdims === 1 || value.shape.length === 0) return value;
  const whole = value.shape.length === output.shape.length ? value : materialise(graph, value, output);
  const axes = reducedAxes(context);
  let next = 0;
  const shape: Shape = x.shape.map((_, axis) => (axes.includes(axis) ? 1 : dimAt(whole, next++)));
  return graph.reshape(whole, shape);
}

const fused = (graph: GraphBuilder, a: Value, b: Value, attributes: { transA?: 1; transB?: 1 }): Value => {
  const shape = matmulShape(
    attributes.transA ? swapped(a.shape) : a.shape,
    attributes.transB ? swapped(b.shape) : b.shape,
  );
  return graph.op('FusedMatMul', [a, b], attributes, { shape, type: a.type }, 'com.microsoft');
};
const swapped = (shape: Shape): Shape => [...shape.slice(0, -2), shape.at(-1) ?? 1, shape.at(-2) ?? 1];

/** Rows × columns view of a stack of matrices that share their right factor. */
const asRows = (graph: GraphBuilder, value: Value): Value => {
  const columns = dimAt(value, -1);
  const rows = fixedShape(value.shape.slice(0, -1)).reduce((product, dim) => product * dim, 1);
  return graph.reshape(value, [rows, columns]);
};

/**
 * The matrices of a stack transposed, in one pass of their own. The reshape keeps the runtime from fusing the
 * transposition into the product, where turning round a factor that is used once costs more than this pass.
 */
function turned(graph: GraphBuilder, stack: Value): Value {
  const shape = fixedShape(stack.shape);
  const [rows = 1, columns = 1] = shape.slice(-2);
  const count = shape.slice(0, -2).reduce((product, dim) => product * dim, 1);
  const transposed = graph.transpose(graph.reshape(stack, [count, rows, columns]), [0, 2, 1]);
  return graph.reshape(transposed, [...shape.slice(0, -2), columns, rows]);
}

const matmul: Vjp = (context) => {
  const { graph, node, wanted } = context;
  const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
  const d = fullGradient(context);
  const forB = (): Value => {
    // One large product when the same matrix served every row; a batched one otherwise.
    if (b.shape.length === 2 && a.shape.length > 2)
      return fused(graph, asRows(graph, a), asRows(graph, d), { transA: 1 });
    // The left factor of a transform is a constant: its transpose is folded once, when the session loads.
    if (!wanted[0] && a.shape.length === 2) return graph.matmul(graph.transpose(a, [1, 0]), d);
    return a.shape.length > 2 ? graph.matmul(turned(graph, a), d) : fused(graph, a, d, { transA: 1 });
  };
  const forA = (): Value =>
    b.shape.length > 2 ? graph.matmul(d, turned(graph, b)) : fused(graph, d, b, { transB: 1 });
  return [wanted[0] ? forA() : undefined, wanted[1] ? forB() : undefined];
};

/** y = x·w + b */
const gemm: Vjp = (context) => {
  const { graph, node, wanted } = context;
  const [x, w] = [inputOf(node, 0), inputOf(node, 1)];
  const d = fullGradient(context);
  return [
    wanted[0] ? fused(graph, d, w, { transB: 1 }) : undefined,
    wanted[1] ? fused(graph, x, d, { transA: 1 }) : undefined,
    wanted[2] ? d : undefined,
  ];
};

/** A zero tensor of fixed shape. */
const zeros = (graph: GraphBuilder, shape: Shape): Value =>
  graph.op('ConstantOfShape', [graph.int64(fixedShape(shape))], {}, { shape, type: 'float32' });

/** Adds rows of `updates` into zeros of `shape` at `indices` [M, depth]. */
const scatterRows = (graph: GraphBuilder, shape: Shape, indices: Value, updates: Value): Value =>
  graph.op('ScatterND', [zeros(graph, shape), indices, updates], { reduction: 'add' }, { shape, type: 'float32' });

const gather: Vjp = (context) => {
  const { graph, node } = context;
  const [x, indices] = [inputOf(node, 0), inputOf(node, 1)];
  if (node.attributes.axis !== 0 || indices.shape.length !== 1)
    throw new TypeError('only rows are gathered with gradient');
  const d = fullGradient(context);
  if (x.shape.length === 1) return [graph.scatterReduce(zeros(graph, x.shape), indices, d, 'add')];
  return [scatterRows(graph, x.shape, graph.unsqueeze(graph.cast(indices, 'int64'), 1), d)];
};

const concat: Vjp = (context) => {
  const { graph, node } = context;
  const axis = Number(node.attributes.axis);
  const d = fullGradient(context);
  let start = 0;
  return node.inputs.map((input) => {
    const size = Number(dimAt(input, axis));
    start += size;
    return graph.slice(d, axis, start - size, start);
  });
};

const transpose: Vjp = (context) => {
  const { perm } = context.node.attributes;
  if (!Array.isArray(perm)) throw new TypeError('Transpose without perm');
  const back = perm.map((_, axis) => perm.indexOf(axis));
  return [context.graph.transpose(fullGradient(context), back)];
};

const RULES: ReadonlyMap<string, Vjp> = new Map<string, Vjp>([
  ['Identity', ({ gradient }) => [gradient]],
  ['Add', ({ gradient, wanted }) => wanted.map((want) => (want ? gradient : undefined))],
  ['Sub', binary(({ graph, gradient }) => [() => gradient, () => graph.neg(gradient)])],
  ['Mul', binary(({ graph, gradient }, a, b) => [() => graph.mul(gradient, b), () => graph.mul(gradient, a)])],
  ['Neg', unary(({ graph, gradient }) => graph.neg(gradient))],
  ['Exp', unary(({ graph, gradient, output }) => graph.mul(gradient, output))],
  ['Log', unary(({ graph, gradient }, x) => graph.div(gradient, x))],
  // The derivative at zero is zero, as everywhere.
  [
    'Relu',
    unary(({ graph, gradient, output }) => {
      const positive = graph.op('Greater', [output, graph.scalar(0)], {}, { shape: output.shape, type: 'bool' });
      return graph.mul(gradient, graph.cast(positive, 'float32'));
    }),
  ],
  [
    'Sigmoid',
    unary(({ graph, gradient, output }) => graph.mul(gradient, graph.mul(output, graph.sub(graph.scalar(1), output)))),
  ],
  [
    'LogSoftmax',
    unary((context) => {
      const { graph, node, output } = context;
      const d = fullGradient(context);
      const sum = graph.reduce('ReduceSum', d, [Number(node.attributes.axis)], true);
      return graph.sub(d, graph.mul(graph.exp(output), sum));
    }),
  ],
  ['Reshape', reshaped],
  ['Unsqueeze', reshaped],
  ['Squeeze', reshaped],
  ['Transpose', transpose],
  ['Concat', concat],
  ['Gather', gather],
  [
    'GatherND',
    (context) => {
      const { graph, node } = context;
      return [scatterRows(graph, inputOf(node, 0).shape, inputOf(node, 1), fullGradient(context))];
    },
  ],
  // Sums into a constant base: a move's gradient is its sample's.
  [
    'ScatterElements',
    (context) => {
      const { graph, node } = context;
      if (node.attributes.reduction !== 'add') throw new TypeError('only sums are scattered with gradient');
      return [undefined, undefined, graph.gather(fullGradient(context), inputOf(node, 1))];
    },
  ],
  ['ReduceSum', unary((context, x) => withReducedAxes(context, context.gradient, x))],
  [
    'ReduceMean',
    unary((context, x) => {
      const axes = reducedAxes(context);
      const count = axes.reduce((product, axis) => product * Number(dimAt(x, axis)), 1);
      const scaled = context.graph.mul(context.gradient, context.graph.scalar(1 / count));
      return withReducedAxes(context, scaled, x);
    }),
  ],
  // Ties all receive the gradient; after a ReLU the only frequent tie is zero, where the ReLU stops it.
  [
    'ReduceMax',
    unary((context, x) => {
      const { graph, output } = context;
      const isMax = graph.cast(graph.equal(x, withReducedAxes(context, output, x)), 'float32');
      return graph.mul(withReducedAxes(context, fullGradient(context), x), isMax);
    }),
  ],
  ['MatMul', matmul],
  ['Gemm', gemm],
  ['Conv', convVjp],
]);
