/**
 * Cook–Toom / Winograd F(m, 3) matrices (Winograd 1980; Lavin & Gray 2016) and the dense input and output transforms of
 * a whole line of tiles, padding folded in.
 */

/** Interpolation points by tile size; ∞ stands for the leading coefficient. */
const POINTS: Readonly<Record<TileSize, readonly number[]>> = {
  2: [0, 1, -1, Number.POSITIVE_INFINITY],
  3: [0, 1, -1, 2, Number.POSITIVE_INFINITY],
  4: [0, 1, -1, 2, -2, Number.POSITIVE_INFINITY],
};
export const TILE_SIZES = [2, 3, 4] as const;
export type TileSize = (typeof TILE_SIZES)[number];

type Matrix = readonly (readonly number[])[];

const vandermonde = (points: readonly number[], columns: number): Matrix =>
  points.map((p) => Array.from({ length: columns }, (_, j) => (p === Infinity ? (j === columns - 1 ? 1 : 0) : p ** j)));

function inverse(matrix: Matrix): Matrix {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    const pivot = rows.reduce(
      (best, row, i) => (i >= column && Math.abs(row[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0) ? i : best),
      column,
    );
    const [a, b] = [rows[column] ?? [], rows[pivot] ?? []];
    const scaled = b.map((value) => value / (b[column] ?? 1));
    rows[pivot] = a;
    rows[column] = scaled;
    for (let i = 0; i < n; i++) {
      const factor = rows[i]?.[column] ?? 0;
      if (i !== column && factor !== 0) rows[i] = (rows[i] ?? []).map((value, j) => value - factor * (scaled[j] ?? 0));
    }
  }
  return rows.map((row) => row.slice(n));
}

/** Transforms of one axis of `length` cells cut into `tiles` tiles of `m` outputs, with n = m + 2 points. */
export interface LineTransform {
  readonly tiles: number;
  /** [n·tiles, length] row-major, rows ordered (point, tile): input cells → transform domain. */
  readonly input: Float32Array;
  /** [length, n·tiles]: transform domain → output cells. */
  readonly output: Float32Array;
}

export interface WinogradMatrices {
  readonly m: TileSize;
  readonly n: number;
  /** [n², 9] row-major: kernel taps (dy·3 + dx) → transformed kernel; unused taps have zero columns. */
  readonly kernel: Float32Array;
  readonly rows: LineTransform;
  readonly columns: LineTransform;
}

export function winogradMatrices(
  m: TileSize,
  height: number,
  width: number,
  taps: readonly number[],
): WinogradMatrices {
  const points = POINTS[m];
  const n = points.length;
  const output = vandermonde(points, m);
  const kernel1 = vandermonde(points, 3);
  const interpolation = inverse(vandermonde(points, n));

  const kernel = new Float32Array(n * n * 9);
  for (let k = 0; k < n; k++) {
    for (let l = 0; l < n; l++) {
      for (let tap = 0; tap < 9; tap++) {
        const product = (kernel1[k]?.[Math.floor(tap / 3)] ?? 0) * (kernel1[l]?.[tap % 3] ?? 0);
        kernel[(k * n + l) * 9 + tap] = (taps[tap] ?? 0) * product;
      }
    }
  }

  const line = (length: number): LineTransform => {
    const tiles = Math.ceil(length / m);
    const toPoints = new Float32Array(n * tiles * length);
    const toCells = new Float32Array(length * n * tiles);
    for (let point = 0; point < n; point++) {
      for (let tile = 0; tile < tiles; tile++) {
        const row = point * tiles + tile;
        for (let j = 0; j < n; j++) {
          const cell = m * tile - 1 + j;
          if (cell >= 0 && cell < length) toPoints[row * length + cell] = interpolation[j]?.[point] ?? 0;
        }
        for (let i = 0; i < m && m * tile + i < length; i++) {
          toCells[(m * tile + i) * n * tiles + row] = output[point]?.[i] ?? 0;
        }
      }
    }
    return { tiles, input: toPoints, output: toCells };
  };
  return { m, n, kernel, rows: line(height), columns: line(width) };
}
