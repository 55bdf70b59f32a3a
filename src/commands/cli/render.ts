/** Tables for people: aligned columns, a dim heading, nothing else. */
import type { ChalkInstance } from 'chalk';
import cliTruncate from 'cli-truncate';
import widthOf from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { formatNumber } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { paints } from './paint.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | undefined;
  /** Numbers are set right by default. */
  readonly align?: 'left' | 'right';
  /** Colours the finished cell, for example `(cell, _row, chalk) => chalk.green(cell)`. */
  readonly paint?: (cell: string, row: Row, chalk: ChalkInstance) => string;
}

export interface RenderOptions {
  readonly color: boolean;
  /** Columns of the terminal; undefined or 0 (a terminal that does not know): lines as long as they are. */
  readonly width?: number | undefined;
}

/** The table as text without a final newline. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { color, width }: RenderOptions,
): string {
  const chalk = paints(color);
  const cells = rows.map((row) => columns.map((column) => formatCell(column.value(row))));
  const widths = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...cells.map((line) => widthOf(line[index] ?? ''))),
  );
  const alignments = columns.map(
    (column) =>
      column.align ?? (rows.length > 0 && rows.every((row) => isNumeric(column.value(row))) ? 'right' : 'left'),
  );
  const pad = (text: string, index: number): string => {
    const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)));
    if (alignments[index] === 'right') return space + text;
    return index === columns.length - 1 ? text : text + space;
  };
  const heading = columns.map(({ title }, index) => ({ text: pad(title, index), paint: chalk.dim }));
  const body = rows.map((row, line) =>
    columns.map(({ paint }, index) => ({
      text: pad(cells[line]?.[index] ?? '', index),
      paint: (cell: string) => (paint ? paint(cell, row, chalk) : cell),
    })),
  );
  return [heading, ...body].map((line) => joined(line, width || Number.POSITIVE_INFINITY).trimEnd()).join('\n');
}

const GAP = '  ';

interface Cell {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** One line of at most `width` columns. The last cell holds what is long (a path, a reason), so it goes on below itself. */
function joined(cells: readonly Cell[], width: number): string {
  const plain = cells.map(({ text }) => text).join(GAP);
  const painted = cells.map(({ text, paint }) => paint(text)).join(GAP);
  const last = cells.at(-1);
  if (last === undefined || widthOf(plain.trimEnd()) <= width) return painted;
  const indent = widthOf(plain) - widthOf(last.text);
  if (width - indent < NARROWEST) return cliTruncate(painted, width);
  const before = cells.slice(0, -1).map(({ text, paint }) => paint(text) + GAP);
  return (
    before.join('') +
    wrapAnsi(last.text.trimEnd(), width - indent, { hard: true })
      .split('\n')
      .map(last.paint)
      .join(`\n${' '.repeat(indent)}`)
  );
}

/** Columns below which a cell is cut rather than broken. */
const NARROWEST = 20;

const isNumeric = (value: string | number | undefined): boolean => value === undefined || typeof value === 'number';

function formatCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? formatNumber(value) : printable(value);
}
