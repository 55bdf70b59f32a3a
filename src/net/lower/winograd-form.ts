/**
 * The network as matrix products for CPUs: activations [cells, N, C], 3×3 convolutions by Winograd's algorithm as two
 * products with a dense input transform (rows, then columns), one batched product with the transformed kernel, two with
 * the output transform. No transposition anywhere, padding folded into the transforms.
 *
 * Why not the runtime's Conv: it already reaches four fifths of the core's arithmetic peak, so only fewer
 * multiplications can beat it; F(3,3) needs 25/81 of them, F(4,3) 36/144.
 *
 * Off-board cells of a hexagon cost nothing: their bias is a huge negative number, which ReLU turns into zero.
 */
import type { NetSpec } from '../arch/architectures.ts';
import { type BoardBox, KERNEL_TAPS } from '../arch/boards.ts';
import type { Form } from '../arch/forward.ts';
import type { GraphBuilder } from '../onnx/builder.ts';
import { scaleDim } from '../onnx/dims.ts';
import { dimAt, type Value } from '../onnx/value.ts';
import type { WeightSource } from './weights.ts';
import { type TileSize, winogradMatrices } from './winograd-matrices.ts';

/** Bias of off-board cells: finite (so that 0 · it is 0), and far below anything a gate or a residual can lift. */
const OFF_BOARD = -1e30;

/** Measured best tile of each box (rr bench net): F(3,3) fills 9 = 3·3 exactly, F(4,3) wins elsewhere. */
export const bestTile = ({ height }: BoardBox): TileSize => (height === 9 ? 3 : 4);

export interface WinogradOptions {
  readonly graph: GraphBuilder;
  readonly spec: NetSpec;
  readonly box: BoardBox;
  readonly batch: number | string;
  readonly weights: WeightSource;
  readonly tile?: TileSize;
}

/** Declares the input `x` [H, W, N, C] and returns the layers in this form. */
export function winogradForm({ graph, spec, box, batch, weights, tile = bestTile(box) }: WinogradOptions): Form {
  const { height, width } = box;
  const cellCount = height * width;
  const { n, kernel, rows, columns } = winogradMatrices(tile, height, width, KERNEL_TAPS[spec.family]);
  const points = n * n;
  const rowPoints = n * rows.tiles;
  const columnPoints = n * columns.tiles;
  const rowInput = graph.constant(rows.input, [rowPoints, height]);
  const columnInput = graph.constant(columns.input, [columnPoints, width]);
  const rowOutput = graph.constant(rows.output, [height, rowPoints]);
  const columnOutput = graph.constant(columns.output, [width, columnPoints]);

  const hasOffBoard = box.cells < cellCount;
  const offBoard = hasOffBoard
    ? graph.constant(
        Float32Array.from(box.valid, (valid) => (valid ? 0 : OFF_BOARD)),
        [cellCount, 1, 1],
      )
    : undefined;
  const averaging = hasOffBoard
    ? graph.constant(
        Float32Array.from(box.valid, (valid) => valid / box.cells),
        [1, cellCount],
      )
    : undefined;

  /** The bias [O], or [cells, 1, O] with off-board cells sunk. */
  const bias = (name: string, masked: boolean): Value => {
    const plain = (): Value => weights.plain(`${name}.bias`);
    if (!offBoard || !masked) return plain();
    return weights.derived(`${name}.bias`, {
      numbers: (values) => ({
        shape: [cellCount, 1, values.length],
        data: Float32Array.from({ length: cellCount * values.length }, (_, i) =>
          box.valid[Math.floor(i / values.length)] ? (values[i % values.length] ?? 0) : OFF_BOARD,
        ),
      }),
      nodes: (values) => graph.add(values, offBoard),
    });
  };

  const transformed = (name: string, inputs: number, outputs: number): Value =>
    weights.derived(`${name}.weight`, {
      numbers: (values) => ({
        shape: [n, 1, n, inputs, outputs],
        data: transformKernel(kernel, values, points),
      }),
      nodes: (values) => {
        const taps = graph.reshape(values, [9, inputs * outputs]);
        const product = graph.matmul(graph.constant(kernel, [points, 9]), taps);
        return graph.reshape(product, [n, 1, n, inputs, outputs]);
      },
    });

  return {
    graph,
    batch,
    x: graph.input('x', 'float32', [height, width, batch, spec.planes]),
    weight: weights.plain,
    conv3(x, name) {
      const inputs = channelsOf(x);
      const outputs = spec.architecture.channels;
      const line = scaleDim(batch, inputs);
      const byRow = graph.matmul(rowInput, graph.reshape(x, [height, scaleDim(line, width)]));
      const byCell = graph.matmul(columnInput, graph.reshape(byRow, [rowPoints, width, line]));
      const tilesByBatch = scaleDim(batch, columns.tiles);
      const v = graph.reshape(byCell, [n, rows.tiles, n, tilesByBatch, inputs]);
      const product = graph.matmul(v, transformed(name, inputs, outputs));
      const outLine = scaleDim(batch, outputs);
      const backColumn = graph.matmul(columnOutput, graph.reshape(product, [rowPoints, columnPoints, outLine]));
      const back = graph.matmul(rowOutput, graph.reshape(backColumn, [rowPoints, scaleDim(outLine, width)]));
      return graph.add(graph.reshape(back, [cellCount, batch, outputs]), bias(name, true));
    },
    cells(x, name, { masked = false } = {}) {
      return graph.add(graph.matmul(x, weights.plain(`${name}.weight`)), bias(name, masked));
    },
    // The sunk bias has marked the off-board cells already.
    activate: (x) => graph.relu(x),
    mask: (x) => x,
    mean(x) {
      if (!averaging) return graph.reduce('ReduceMean', x, [0], false);
      const channels = channelsOf(x);
      const flat = graph.reshape(x, [cellCount, scaleDim(batch, channels)]);
      return graph.reshape(graph.matmul(averaging, flat), [batch, channels]);
    },
    max: (x) => graph.reduce('ReduceMax', x, [0], false),
    scale: (x, factors) => graph.mul(x, factors),
    shift: (x, terms) => graph.add(x, terms),
    rows(x, missing, moves, column) {
      const table = graph.concat([graph.unsqueeze(missing, 0), x], 0);
      return graph.gatherND(table, moveRows(graph, moves, [column, 0], [1, 0]));
    },
    planes(x) {
      const planes = graph.transpose(x, [1, 2, 0]);
      return graph.reshape(planes, [batch, channelsOf(x), height, width]);
    },
  };
}

/** Two columns of the move table plus a constant offset as int64 row indices [M, 2]. */
export function moveRows(
  graph: GraphBuilder,
  moves: Value,
  columns: readonly [number, number],
  offsets: readonly [number, number],
): Value {
  const shape = [dimAt(moves, 0), 2];
  const chosen = graph.op('Gather', [moves, graph.int32(columns)], { axis: 1 }, { shape, type: 'int32' });
  return graph.cast(graph.add(chosen, graph.int32(offsets, [1, 2])), 'int64');
}

export function channelsOf(x: Value): number {
  const channels = x.shape.at(-1);
  if (typeof channels !== 'number') throw new TypeError(`'${x.name}' has no fixed channel count`);
  return channels;
}

/** U = (G⊗G) w: [n², 9] · [9, inputs·outputs]. */
function transformKernel(kernel: Float32Array, weights: Float32Array, points: number): Float32Array {
  const size = weights.length / 9;
  const result = new Float32Array(points * size);
  for (let point = 0; point < points; point++) {
    for (let tap = 0; tap < 9; tap++) {
      const factor = kernel[point * 9 + tap] ?? 0;
      if (factor === 0) continue;
      for (let i = 0; i < size; i++)
        result[point * size + i] = (result[point * size + i] ?? 0) + factor * (weights[tap * size + i] ?? 0);
    }
  }
  return result;
}
