/** Tables for people: aligned columns, a dim heading. Narrow terminals get fewer columns, and text on several lines. */
import type { ChalkInstance } from 'chalk';
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
  /** Text that goes on below itself where a line has too little room. */
  readonly wrap?: boolean;
  /**
   * Order in which columns are left out where a line has too little room, 1 first. Without it, the last one goes
   * first; the first column stays, and so does one that goes on below itself.
   */
  readonly drop?: number;
}

export interface RenderOptions {
  readonly color: boolean;
  /** Columns of the terminal; undefined or 0 (a terminal that does not know): lines as long as they are. */
  readonly width?: number | undefined;
}

/** The table as text without a final newline. No line is wider than `width`, and a last one names what was left out. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { color, width }: RenderOptions,
): string {
  const chalk = paints(color);
  const all = columns.map((column) => laidOut(column, rows));
  const room = width || Number.POSITIVE_INFINITY;
  const shown = fitting(all, room);
  const widths = widthsOf(shown, room);
  const line = (cells: readonly string[], paintOf: (index: number) => (cell: string) => string): string => {
    const blocks = shown.map((column, i) => block(cells[i] ?? '', widths[i] ?? 0, column, i === shown.length - 1));
    const height = Math.max(1, ...blocks.map(({ length }) => length));
    return Array.from({ length: height }, (_, row) =>
      blocks
        .map((lines, i) => paintOf(i)(lines[row] ?? ' '.repeat(i === blocks.length - 1 ? 0 : (widths[i] ?? 0))))
        .join(GAP)
        .trimEnd(),
    ).join('\n');
  };
  const heading = line(
    shown.map(({ column }) => column.title),
    () => chalk.dim,
  );
  const body = rows.map((row, index) =>
    line(
      shown.map(({ cells }) => cells[index] ?? ''),
      (i) => (cell) => shown[i]?.column.paint?.(cell, row, chalk) ?? cell,
    ),
  );
  const left = all.filter((column) => !shown.includes(column)).map(({ column }) => column.title);
  const note = left.length > 0 && rows.length > 0 ? [chalk.dim(leftOut(left, room))] : [];
  return [heading, ...body, ...note].join('\n');
}

const GAP = '  ';

/** Columns that text needs to be read when it goes on below itself. */
const NARROWEST = 24;

interface LaidOut<Row> {
  readonly column: Column<Row>;
  readonly cells: readonly string[];
  readonly align: 'left' | 'right';
  /** Of the widest cell. */
  readonly width: number;
}

function laidOut<Row>(column: Column<Row>, rows: readonly Row[]): LaidOut<Row> {
  const values = rows.map((row) => column.value(row));
  const cells = values.map(formatCell);
  const usual = values.length > 0 && values.every(isNumeric) ? 'right' : 'left';
  const width = Math.max(widthOf(column.title), ...cells.map((cell) => widthOf(cell)));
  return { column, cells, align: column.align ?? usual, width };
}

/** The columns that there is room for, in their order. */
function fitting<Row>(all: readonly LaidOut<Row>[], room: number): readonly LaidOut<Row>[] {
  const order = all
    .slice(1)
    .filter(({ column }) => !column.wrap)
    .toSorted(
      (a, b) =>
        (a.column.drop ?? Number.MAX_VALUE) - (b.column.drop ?? Number.MAX_VALUE) || all.indexOf(b) - all.indexOf(a),
    );
  let shown = all;
  for (const next of order) {
    if (neededBy(shown) <= room) break;
    shown = shown.filter((column) => column !== next);
  }
  return shown;
}

/** Columns of a line in which all text goes on below itself. */
const neededBy = <Row>(shown: readonly LaidOut<Row>[]): number =>
  shown.reduce((sum, { column, width }) => sum + (column.wrap ? Math.min(width, NARROWEST) : width), 0) +
  GAP.length * (shown.length - 1);

/** What is left of the room goes to the texts, the shorter ones first. */
function widthsOf<Row>(shown: readonly LaidOut<Row>[], room: number): readonly number[] {
  const texts = shown.filter(({ column }, i) => column.wrap || i === 0).toSorted((a, b) => a.width - b.width);
  const fixed = shown.filter((column) => !texts.includes(column)).reduce((sum, { width }) => sum + width, 0);
  let left = room - fixed - GAP.length * (shown.length - 1);
  const given = new Map<LaidOut<Row>, number>();
  texts.forEach((column, i) => {
    const part = Math.max(1, Math.min(column.width, Math.floor(left / (texts.length - i))));
    given.set(column, part);
    left -= part;
  });
  return shown.map((column) => given.get(column) ?? column.width);
}

/** The lines of a cell, each as wide as the column unless nothing comes behind; only a word that is wider than that is broken. */
function block<Row>(cell: string, width: number, { align, column }: LaidOut<Row>, last: boolean): string[] {
  const lines = widthOf(cell) <= width ? [cell] : wrapAnsi(cell.trimEnd(), width, { hard: true }).split('\n');
  return lines.map((text) => {
    const space = ' '.repeat(Math.max(0, width - widthOf(text)));
    if (align === 'right' && !column.wrap) return space + text;
    return last ? text : text + space;
  });
}

const leftOut = (titles: readonly string[], room: number): string =>
  wrapAnsi(`(no room for ${titles.join(', ')}: a wider terminal or --format ndjson shows them)`, room);

const isNumeric = (value: string | number | undefined): boolean => value === undefined || typeof value === 'number';

function formatCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? formatNumber(value) : printable(value);
}
