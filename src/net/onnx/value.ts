import { broadcastShapes, type Dim, type Shape } from './dims.ts';
import type { ElementType } from './schema.ts';

/** A tensor of the graph. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
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

export function noValue(op: string): never {
  throw new TypeError(`${op} needs at least one value`);
}
