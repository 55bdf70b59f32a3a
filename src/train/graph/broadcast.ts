/** Broadcasting and its reverse, for gradients. */
import type { GraphBuilder } from '../../net/onnx/builder.ts';
import { isFixed, type Shape, sameShape } from '../../net/onnx/dims.ts';
import type { Value } from '../../net/onnx/value.ts';

/** Sums a gradient over the axes on which its value was broadcast. */
export function reduceTo(graph: GraphBuilder, gradient: Value, shape: Shape): Value {
  const extra = gradient.shape.length - shape.length;
  let result = gradient;
  if (extra > 0) {
    const leading = Array.from({ length: extra }, (_, axis) => axis);
    result = graph.reduce('ReduceSum', result, leading, false);
  }
  const offset = shape.length - result.shape.length;
  const axes = result.shape.flatMap((dim, axis) => (shape[axis + offset] === 1 && dim !== 1 ? [axis] : []));
  return axes.length > 0 ? graph.reduce('ReduceSum', result, axes, true) : result;
}

/** The gradient in the full shape of its value. */
export function materialise(graph: GraphBuilder, gradient: Value, like: Value): Value {
  if (sameShape(gradient.shape, like.shape)) return gradient;
  const target = isFixed(like.shape)
    ? graph.int64(like.shape.map(Number))
    : graph.op('Shape', [like], {}, { shape: [like.shape.length], type: 'int64' });
  return graph.op('Expand', [gradient, target], {}, { shape: like.shape, type: like.type });
}
