/**
 * A position on a terminal. Every player has a sign besides the colour, so the same text serves without colours:
 *
 *   ·  empty    ○ □ △ ◇  markers    ▒●▒  collapsed for player 1    +  a legal move ends here
 *   ●5³  a stack of player 1, height 5, cap 3 (no small figure: all rings are its own)
 *   ( )  where the last move began    [ ]  where it ended    { }  the line or region it was about
 *
 * The four colours have a contrast of at least 3.8 to 1 against white and against black, and keep apart for people who see
 * no red, no green or no blue.
 */

import { Chalk } from 'chalk';
import { at } from '../../core/at.ts';
import { type GameInfo, type Picture, statusWords } from './picture.ts';
import { cellView, type Snapshot } from './snapshot.ts';
import { TextGrid } from './text-grid.ts';

export interface TerminalOptions {
  readonly color: boolean;
  /** Columns; undefined or 0 when nobody knows. */
  readonly width?: number | undefined;
  /** Rows; a board that would not fit is drawn without blank lines between its rows. */
  readonly height?: number | undefined;
}

const SOLID = ['●', '■', '▲', '◆'];
const HOLLOW = ['○', '□', '△', '◇'];
/** Colours of the 256-colour table: blue, vermilion, green, orchid. */
export const COLOURS = [27, 166, 29, 133];
const GOLD = 136;

type Seat = '1' | '2' | '3' | '4';
type Style = 'dim' | 'mark' | 'legal' | 'strong' | `stack${Seat}` | `marker${Seat}` | `land${Seat}` | `ink${Seat}`;
type SeatRole = 'stack' | 'marker' | 'land' | 'ink';

const seatStyle = (role: SeatRole, seat: number): Style => {
  const number: Seat = seat === 1 ? '1' : seat === 2 ? '2' : seat === 3 ? '3' : '4';
  return `${role}${number}`;
};

/** Columns of a cell with its gap: the full drawing, and one for terminals too narrow for it. */
const WIDE = 4;
const NARROW = 2;
const MARGIN = 3;
const PANEL_WIDTH = 42;

/** Colours text of one style, or leaves it alone. */
function painter(color: boolean): (text: string, style: Style | '') => string {
  if (!color) return (text) => text;
  const chalk = new Chalk({ level: 2 });
  const painters = new Map<string, (text: string) => string>([
    ['dim', chalk.dim],
    ['strong', chalk.bold],
    ['mark', chalk.ansi256(GOLD).bold],
    // in no player's colour
    ['legal', chalk.bold],
    ...COLOURS.flatMap((colour, i): [string, (text: string) => string][] => [
      [`stack${i + 1}`, chalk.bgAnsi256(colour).ansi256(231).bold],
      [`marker${i + 1}`, chalk.ansi256(colour).bold],
      [`land${i + 1}`, chalk.ansi256(colour)],
      [`ink${i + 1}`, chalk.ansi256(colour).bold],
    ]),
  ]);
  return (text, style) => painters.get(style)?.(text) ?? text;
}

/** The picture as lines joined by newlines, without a final one. */
export function terminalPicture(game: GameInfo, picture: Picture, options: TerminalOptions): string {
  const { layout } = game;
  const pitch = options.width && MARGIN + layout.width * WIDE > options.width ? NARROW : WIDE;
  const rows = new Set(layout.cells.map(({ y }) => Math.round(y * 100))).size;
  // Cells look square when rows are two lines apart.
  const roomy = pitch === WIDE && rows <= 9 && (!options.height || 2 * rows + 4 <= options.height);
  const grid = new TextGrid<Style>();
  drawBoard(grid, game, picture, { pitch, step: roomy ? 2 : 1 });

  const boardWidth = MARGIN + layout.width * pitch + 1;
  const beside = !options.width || options.width >= boardWidth + PANEL_WIDTH;
  const boardRows = rows * (roomy ? 2 : 1) + 1;
  drawSeats(grid, game, picture.snapshot, beside ? 0 : boardRows + 1, beside ? boardWidth + 2 : 0);
  const paint = painter(options.color);
  const narrow =
    pitch === NARROW ? [paint(`caps are shown from ${MARGIN + layout.width * WIDE} columns on`, 'dim')] : [];
  return [heading(game, picture, paint), '', ...grid.lines(paint), ...narrow].join('\n');
}

function heading(
  { board, names }: GameInfo,
  { snapshot, caption }: Picture,
  paint: ReturnType<typeof painter>,
): string {
  const note = [`${board}`, `${names.length} players`, `ply ${snapshot.ply}`, ...(caption === '' ? [] : [caption])];
  return `${paint(statusWords(snapshot), 'strong')}  ${paint(note.join(' · '), 'dim')}`;
}

interface Spacing {
  /** Columns a cell. */
  readonly pitch: number;
  /** Lines a row. */
  readonly step: number;
}

function drawBoard(grid: TextGrid<Style>, { layout }: GameInfo, picture: Picture, { pitch, step }: Spacing): void {
  const firstY = Math.min(...layout.cells.map(({ y }) => y));
  const rowHeight = layout.shape === 'square' ? 1 : Math.sqrt(3) / 2;
  const rowOf = (y: number): number => Math.round((y - firstY) / rowHeight) * step;
  const columnOf = (x: number): number => MARGIN + Math.round((x - 0.5) * pitch);
  const { snapshot, marks } = picture;
  const legal = new Set(marks.legal);
  layout.cells.forEach(({ x, y }, cell) => {
    drawCell(grid, at(snapshot.cells, cell), rowOf(y), columnOf(x), pitch, legal.has(cell));
  });
  for (const { x, y, text } of layout.labels) {
    const isRank = /^\d/.test(text);
    // On paper labels stand a little nearer or farther than the grid of a terminal allows.
    const row = isRank ? rowOf(y) : rowOf(y - 0.3);
    const column = isRank ? columnOf(x + 0.88) - 1 - text.length : columnOf(x) + (pitch === WIDE ? 1 : 0);
    grid.put(row, Math.max(0, column), text, 'dim');
  }
  if (pitch === WIDE) drawMarks(grid, layout, picture, rowOf, columnOf);
}

function drawCell(
  grid: TextGrid<Style>,
  code: string,
  row: number,
  column: number,
  pitch: number,
  legal: boolean,
): void {
  const view = cellView(code);
  const wide = pitch === WIDE;
  const middle = wide ? column + 1 : column;
  switch (view.kind) {
    case 'empty':
      grid.put(row, middle, legal ? '+' : '·', legal ? 'legal' : 'dim');
      return;
    case 'marker':
      grid.put(row, middle, at(HOLLOW, view.owner - 1), seatStyle('marker', view.owner));
      if (legal) grid.put(row, middle + 1, '+', 'legal');
      return;
    case 'collapsed': {
      const sign = at(SOLID, view.owner - 1);
      grid.put(row, column, wide ? `▒${sign}▒` : `▒${sign}`, seatStyle('land', view.owner));
      return;
    }
    case 'stack': {
      const text = stackText(view.owner, view.height, view.cap, wide);
      grid.put(row, column, text.padEnd(wide ? 3 : 2), seatStyle('stack', view.owner));
      if (legal && wide) grid.put(row, column + 3, '+', 'legal');
    }
  }
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function stackText(owner: number, height: number, cap: number, wide: boolean): string {
  const sign = at(SOLID, owner - 1);
  if (!wide) return sign + (height > 9 ? '+' : height);
  if (cap === height) return sign + height;
  // A cell has room for four columns: of two long numbers the height is the one to see.
  const small = height > 9 && cap > 9 ? '⁺' : [...String(cap)].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return sign + height + small;
}

function drawMarks(
  grid: TextGrid<Style>,
  layout: GameInfo['layout'],
  { marks: { path, area } }: Picture,
  rowOf: (y: number) => number,
  columnOf: (x: number) => number,
): void {
  const enclose = (cell: number, left: string, right: string): void => {
    const { x, y } = at(layout.cells, cell);
    grid.put(rowOf(y), columnOf(x) - 1, left, 'mark');
    grid.put(rowOf(y), columnOf(x) + 3, right, 'mark');
  };
  for (const cell of area) enclose(cell, '{', '}');
  const [first] = path;
  const last = path.at(-1);
  if (first !== undefined && path.length > 1) enclose(first, '(', ')');
  if (last !== undefined) enclose(last, '[', ']');
}

function drawSeats(grid: TextGrid<Style>, game: GameInfo, snapshot: Snapshot, row: number, column: number): void {
  const over = snapshot.phase === 'game_over';
  game.names.forEach((name, i) => {
    const seat = i + 1;
    const { hand, eliminated, territory } = at(snapshot.seats, i);
    const marked = over ? snapshot.winner === seat : snapshot.player === seat;
    const top = row + 3 * i;
    if (marked) grid.put(top, column, over ? '★' : '▸', 'mark');
    grid.put(top, column + 2, `${SOLID[i]} ${name}`, seatStyle('ink', seat));
    const goals = `out ${eliminated}/${game.ringGoal}  land ${territory}/${game.landGoal}  hand ${hand}`;
    grid.put(top + 1, column + 4, goals);
  });
}
