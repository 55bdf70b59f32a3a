import { describe, expect, it } from 'vitest';
import { BOARD_BOXES, KERNEL_TAPS } from '../../src/net/arch/boards.ts';
import { TILE_SIZES, winogradMatrices } from '../../src/net/lower/winograd-matrices.ts';
import { uniforms } from './helpers.ts';

/** 3×3 same-size convolution of one channel, by definition. */
function convolve(x: number[][], w: number[]): number[][] {
  return x.map((row, i) =>
    row.map((_, j) =>
      w.reduce((sum, weight, tap) => sum + weight * (x[i + Math.floor(tap / 3) - 1]?.[j + (tap % 3) - 1] ?? 0), 0),
    ),
  );
}

const product = (a: number[][], b: number[][]): number[][] =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, value, k) => sum + value * (b[k]?.[j] ?? 0), 0)));
const transposed = (a: number[][]): number[][] => (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? 0));
const matrix = (data: Float32Array, rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);

describe('Winograd matrices', () => {
  it.each(
    TILE_SIZES.flatMap(
      (m) =>
        [
          [m, 8, 8],
          [m, 9, 9],
          [m, 7, 10],
          [m, 25, 25],
        ] as const,
    ),
  )('tile %i on %i × %i gives the convolution', (m, height, width) => {
    const uniform = uniforms(m * 100 + height);
    const x = Array.from({ length: height }, () => Array.from({ length: width }, () => uniform() - 0.5));
    for (const family of ['square', 'hex'] as const) {
      const taps = KERNEL_TAPS[family];
      const w = taps.map(() => uniform() - 0.5);
      const { n, kernel, rows, columns } = winogradMatrices(m, height, width, taps);
      const points = product(
        product(matrix(rows.input, n * rows.tiles, height), x),
        transposed(matrix(columns.input, n * columns.tiles, width)),
      );
      const u = product(
        matrix(kernel, n * n, 9),
        w.map((value) => [value]),
      );
      const scaled = points.map((row, i) =>
        row.map((value, j) => value * (u[Math.floor(i / rows.tiles) * n + Math.floor(j / columns.tiles)]?.[0] ?? 0)),
      );
      const y = product(
        product(matrix(rows.output, height, n * rows.tiles), scaled),
        transposed(matrix(columns.output, width, n * columns.tiles)),
      );
      const expected = convolve(
        x,
        w.map((value, tap) => value * (taps[tap] ?? 0)),
      );
      y.forEach((row, i) => {
        row.forEach((value, j) => {
          expect(value).toBeCloseTo(expected[i]?.[j] ?? Number.NaN, 4);
        });
      });
    }
  });
});

describe('board boxes', () => {
  it('have the cells of the four boards', () => {
    expect(Object.values(BOARD_BOXES).map(({ name, cells }) => [name, cells])).toEqual([
      ['square8', 64],
      ['square19', 361],
      ['hex8', 61],
      ['hexagonal', 469],
    ]);
  });
});
