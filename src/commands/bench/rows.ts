/** The rows that every `rr bench` suite prints: a rate, the limit it is held against, and their ratio. */
import { availableParallelism, cpus } from 'node:os';
import type { Presentation } from '../cli/base.ts';
import type { Column } from '../cli/render.ts';

export interface BenchRow {
  readonly suite: string;
  /** What was measured: `hex8_2p heuristic`. */
  readonly case: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** The most that was possible, measured in the same run; absent where nothing bounds the value. */
  readonly limit?: number | undefined;
  /** value / limit */
  readonly ratio?: number | undefined;
  /** The settings of this row are those the suite advises. */
  readonly recommended?: boolean;
}

const significant = (value: number): number => Number(value.toPrecision(4));

/** A row with its ratio; numbers are kept to four digits, more would be noise. */
export function benchRow(row: Omit<BenchRow, 'ratio'>): BenchRow {
  const { limit } = row;
  return {
    ...row,
    value: significant(row.value),
    ...(limit !== undefined && { limit: significant(limit), ratio: significant(row.value / limit) }),
  };
}

const COLUMNS: readonly Column<BenchRow>[] = [
  { title: 'CASE', value: (row) => row.case },
  { title: 'METRIC', value: (row) => row.metric },
  { title: 'VALUE', value: (row) => row.value },
  { title: 'UNIT', value: (row) => row.unit, align: 'left' },
  { title: 'LIMIT', drop: 1, value: (row) => row.limit },
  { title: 'RATIO', drop: 2, value: (row) => row.ratio },
];

const ADVICE: Column<BenchRow> = { title: '', value: ({ recommended }) => (recommended ? '← recommended' : '') };

/** The machine, so that a stored figure says where it comes from. */
export function machine(): { cpu: string; cores: number; node: string } {
  const [first] = cpus();
  return { cpu: first?.model.trim() ?? 'unknown', cores: availableParallelism(), node: process.version };
}

/** What a bench command hands to `present`. */
export function benchPresentation(rows: readonly BenchRow[], summary: object = {}): Presentation<BenchRow> {
  const columns = rows.some(({ recommended }) => recommended) ? [...COLUMNS, ADVICE] : COLUMNS;
  return { type: 'bench', rows, columns, header: { machine: machine() }, summary };
}
