/**
 * Sizes of tensor axes. A size is a number, or a symbol known only when the graph runs: 'N' (batch), 'M' (legal
 * moves), 'H', 'W' (box), possibly with a factor: '3*N'.
 */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** `dim` times a whole number: scaleDim('N', 3) = '3*N', scaleDim('3*N', 2) = '6*N'. */
export function scaleDim(dim: Dim, factor: number): Dim {
  if (typeof dim === 'number') return dim * factor;
  if (factor === 1) return dim;
  const match = /^(\d+)\*(.*)$/.exec(dim);
  return match ? `${Number(match[1]) * factor}*${match[2]}` : `${factor}*${dim}`;
}

/** Number of elements as a factor and the sorted symbols, for comparing two shapes. */
export function elementCount(shape: Shape): string {
  let factor = 1;
  const symbols: string[] = [];
  for (const dim of shape) {
    if (typeof dim === 'number') factor *= dim;
    else {
      for (const part of dim.split('*')) {
        if (/^\d+$/.test(part)) factor *= Number(part);
        else symbols.push(part);
      }
    }
  }
  return [factor, ...symbols.sort()].join('*');
}

/** Number of elements of a shape without symbols. @throws TypeError when it has one. */
export function fixedCount(shape: Shape): number {
  return fixedShape(shape).reduce((product, dim) => product * dim, 1);
}

/** The shape as numbers. @throws TypeError when it has a symbol. */
export function fixedShape(shape: Shape): number[] {
  return shape.map((dim) => {
    if (typeof dim !== 'number') throw new TypeError(`[${shape}] has a size that is not fixed`);
    return dim;
  });
}

export const isFixed = (shape: Shape): boolean => shape.every((dim) => typeof dim === 'number');

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, i) => dim === b[i]);

/** NumPy's broadcasting of two shapes. @throws TypeError when they do not fit. */
export function broadcastShapes(a: Shape, b: Shape): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new TypeError(`shapes [${a}] and [${b}] do not broadcast`);
  });
}
