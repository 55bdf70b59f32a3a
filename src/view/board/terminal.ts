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
  /** Lines; what does not fit is drawn closer, and of a board that is too high the rows round the last move. */
  readonly height?: number | undefined;
  /** The cell that a board too high for the terminal is shown round, instead of the last move. */
  readonly centre?: number | undefined;
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

/** The picture as lines joined by newlines, without a final one: the roomiest drawing that fits the terminal. */
export function terminalPicture(game: GameInfo, picture: Picture, { color, centre, ...size }: TerminalOptions): string {
  const width = size.width || Number.POSITIVE_INFINITY;
  const height = size.height || Number.POSITIVE_INFINITY;
  const sheets = drawingsOf(game.layout).map((drawing) => sheetOf(game, picture, drawing, width));
  const narrow = sheets.filter(({ grid }) => grid.width <= width);
  const middle = centre ?? picture.marks.path.at(-1) ?? picture.marks.area[0];
  const sheet =
    narrow.find((one) => linesOf(one) <= height) ??
    cropped(narrow.at(-1) ?? at(sheets, 0), game, { width, height }, middle);
  const paint = painter(color);
  const lines = sheet.grid.lines(paint).filter((_, row) => !sheet.left.has(row));
  const head = `${paint(sheet.status, 'strong')}  ${paint(noteOf(sheet, width), 'dim')}`;
  return [head, ...(sheet.airy ? [''] : []), ...lines].join('\n');
}

/** Columns and lines of the terminal. */
interface Size {
  readonly width: number;
  readonly height: number;
}

interface Spacing {
  /** Columns a cell. */
  readonly pitch: number;
  /** Lines a row. */
  readonly step: number;
}

/** How a position is drawn. */
interface Drawing extends Spacing {
  /** Where the seats stand: beside the board, below it with two lines each, or below it with one. */
  readonly seats: 'beside' | 'below' | 'lines';
}

/** From the roomiest to the tightest. */
function drawingsOf(layout: GameInfo['layout']): Drawing[] {
  const spacings: Spacing[] = [
    ...(rowsOf(layout) <= ROOMY_ROWS ? [{ pitch: WIDE, step: 2 }] : []),
    { pitch: WIDE, step: 1 },
    { pitch: NARROW, step: 1 },
  ];
  return spacings.flatMap((spacing): Drawing[] => [
    { ...spacing, seats: 'beside' },
    { ...spacing, seats: 'below' },
    { ...spacing, seats: 'lines' },
  ]);
}

/** Cells look square when rows are two lines apart; a large board would be too high. */
const ROOMY_ROWS = 9;
const rowsOf = (layout: GameInfo['layout']): number => new Set(layout.cells.map(({ y }) => Math.round(y * 100))).size;

/** A drawing that is done, not yet coloured. */
interface Sheet {
  readonly status: string;
  /** What the heading says behind the status. */
  readonly notes: readonly string[];
  /** What it says as well where that needs no further line. */
  readonly extras: readonly string[];
  /** Lines that the heading takes. */
  readonly headLines: number;
  /** A blank line below the heading. */
  readonly airy: boolean;
  readonly grid: TextGrid<Style>;
  /** Lines of the grid that are left out. */
  readonly left: ReadonlySet<number>;
}

const linesOf = ({ headLines, airy, grid, left }: Sheet): number =>
  headLines + (airy ? 1 : 0) + grid.height - left.size;

function sheetOf(game: GameInfo, picture: Picture, drawing: Drawing, width: number): Sheet {
  const grid = new TextGrid<Style>();
  drawBoard(grid, game, picture, drawing);
  const { seats, pitch } = drawing;
  const full = MARGIN + game.layout.width * WIDE;
  const below = grid.height + (seats === 'below' ? 1 : 0);
  if (seats === 'lines') drawSeatLines(grid, game, picture.snapshot, below);
  else if (seats === 'below') drawSeats(grid, game, picture.snapshot, below, 0);
  else drawSeats(grid, game, picture.snapshot, 0, MARGIN + game.layout.width * pitch + 3);
  const extras = pitch === NARROW ? [`caps from ${full} columns on`] : [];
  return { ...headingOf(game, picture, width), extras, airy: seats !== 'lines', grid, left: new Set() };
}

function headingOf({ board, names }: GameInfo, { snapshot, caption }: Picture, width: number) {
  const said = caption === '' ? [] : [caption];
  const notes = [board, `${names.length} players`, `ply ${snapshot.ply}`, ...said];
  const status = statusWords(snapshot);
  return { status, notes, headLines: headLines(status, notes, width) };
}

const headLines = (status: string, notes: readonly string[], width: number): number =>
  Math.max(1, Math.ceil((status.length + 2 + notes.join(JOIN).length) / width));

const JOIN = ' · ';

/** The notes, with as many of the extras as the lines of the heading have room for. */
function noteOf({ status, notes, extras, headLines }: Sheet, width: number): string {
  const room = headLines * width - status.length - 2;
  return extras.reduce((note, extra) => {
    const longer = note + JOIN + extra;
    return longer.length <= room ? longer : note;
  }, notes.join(JOIN));
}

/** The rows round a cell, or the middle ones, where not even the tightest drawing fits. */
function cropped(whole: Sheet, { layout }: GameInfo, { width, height }: Size, cell: number | undefined): Sheet {
  if (linesOf(whole) <= height) return whole;
  const rows = rowsOf(layout);
  // in the place of the number of players, who stand below
  const notesWith = (rows: string) => whole.notes.toSpliced(1, 1, `rows ${rows}`);
  const longest = notesWith(`${rows}–${rows} of ${rows}`);
  const sheet = { ...whole, headLines: headLines(whole.status, longest, width) };
  const missing = Math.min(rows - 1, linesOf(sheet) - height);
  const ys = [...new Set(layout.cells.map(({ y }) => Math.round(y * 100)))].sort((a, b) => a - b);
  const centre = cell === undefined ? (rows - 1) / 2 : ys.indexOf(Math.round(at(layout.cells, cell).y * 100));
  const shown = rows - missing;
  const first = Math.max(0, Math.min(missing, Math.round(centre - (shown - 1) / 2)));
  const left = ys.map((_, row) => row).filter((row) => row < first || row >= first + shown);
  // rank 1 is the lowest row
  return { ...sheet, left: new Set(left), notes: notesWith(`${rows - first - shown + 1}–${rows - first} of ${rows}`) };
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
  game.names.forEach((_, i) => {
    const top = row + 3 * i;
    drawName(grid, game, snapshot, i, top, column);
    grid.put(top + 1, column + 4, goalsOf(game, snapshot, i));
  });
}

function drawSeatLines(grid: TextGrid<Style>, game: GameInfo, snapshot: Snapshot, row: number): void {
  const name = Math.max(...game.names.map((own) => own.length));
  game.names.forEach((_, i) => {
    drawName(grid, game, snapshot, i, row + i, 0);
    grid.put(row + i, name + 6, goalsOf(game, snapshot, i));
  });
}

function drawName(
  grid: TextGrid<Style>,
  game: GameInfo,
  snapshot: Snapshot,
  i: number,
  row: number,
  column: number,
): void {
  const over = snapshot.phase === 'game_over';
  const marked = (over ? snapshot.winner : snapshot.player) === i + 1;
  if (marked) grid.put(row, column, over ? '★' : '▸', 'mark');
  grid.put(row, column + 2, `${SOLID[i]} ${game.names[i]}`, seatStyle('ink', i + 1));
}

function goalsOf({ ringGoal, landGoal }: GameInfo, { seats }: Snapshot, i: number): string {
  const { hand, eliminated, territory } = at(seats, i);
  return `out ${eliminated}/${ringGoal}  land ${territory}/${landGoal}  hand ${hand}`;
}
