/** Tables for people: aligned columns, a dim heading, nothing else. */
import { stripVTControlCharacters } from 'node:util';
import { Chalk, type ChalkInstance } from 'chalk';

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
  /** Columns of the terminal; longer lines are left to wrap when undefined or 0 (a terminal that does not know). */
  readonly width?: number | undefined;
}

/** A chalk that colours or does not, as the command's flags say. */
export const paints = (color: boolean): ChalkInstance => new Chalk({ level: color ? 2 : 0 });

const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length;

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
  const heading = columns.map((column, index) => chalk.dim(pad(column.title, index))).join('  ');
  const body = rows.map((row, line) =>
    columns
      .map((column, index) => {
        const cell = pad(cells[line]?.[index] ?? '', index);
        return column.paint ? column.paint(cell, row, chalk) : cell;
      })
      .join('  '),
  );
  return [heading, ...body].map((line) => clip(line.trimEnd(), width)).join('\n');
}

const isNumeric = (value: string | number | undefined): boolean => value === undefined || typeof value === 'number';

function formatCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? formatNumber(value) : value;
}

/** `12345.678` → `12,346`; small numbers keep three significant digits. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}

/** Coloured lines are left alone: cutting them would need a parser for escape sequences. */
function clip(line: string, width: number | undefined): string {
  if (!width || line !== stripVTControlCharacters(line) || widthOf(line) <= width) return line;
  return `${[...line].slice(0, width - 1).join('')}…`;
}
