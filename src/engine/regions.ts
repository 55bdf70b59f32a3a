/**
 * Territory (docs/rules.md §7): regions that do not represent every active colour. A region is found once per border
 * colour (cells that are neither collapsed nor a marker of that colour) and once with collapsed cells as the only
 * walls; a region is named by (its first cell in scan order, border colour or 0).
 *
 * Works on bit boards, a word per row: a flood fill takes a few sweeps over 8 to 25 words instead of a queue of cells.
 * Scratch arrays are per module, so per thread; nothing here is re-entrant and nothing calls back.
 */
import { floodFill, popcount } from './bits.ts';
import { Kind, type MoveList, packMove } from './moves.ts';
import { COLLAPSED, STACK, type State } from './state.ts';

const MAX_ROWS = 25;
/** More than five passes can find on any board: components are at best every other cell. */
const MAX_REGIONS = 1024;
/** Scratch boards by number of rows, so that their length is the board's. */
const scratchOf = (rows: number) => ({
  walls: new Int32Array(rows),
  open: new Int32Array(rows),
  left: new Int32Array(rows),
  reached: new Int32Array(rows),
});
type Scratch = ReturnType<typeof scratchOf>;
const scratches: (Scratch | undefined)[] = [];

/** Regions found by the last scan, in the order they were found, each with its cells as a bit board. */
const found = {
  count: 0,
  first: new Int16Array(MAX_REGIONS),
  colour: new Uint8Array(MAX_REGIONS),
  ownStacks: new Int16Array(MAX_REGIONS),
  cells: new Int32Array(MAX_REGIONS * MAX_ROWS),
};

const BITS = [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4];

/** The player may process some region now. */
export function hasRegion(s: State, player: number): boolean {
  if (!canPayAnything(s, player)) return false;
  scan(s, player);
  for (let i = 0; i < found.count; i++) if (canPay(s, player, i)) return true;
  return false;
}

/** One choose_territory move per distinct region the player may process; regions of equal cells are listed once. */
export function listRegions(s: State, player: number, out: MoveList): void {
  if (!canPayAnything(s, player)) return;
  scan(s, player);
  for (let i = 0; i < found.count; i++) {
    if (canPay(s, player, i) && !isRepeat(s, i)) out.push(packMove(Kind.territory, found.first[i], found.colour[i]));
  }
}

/** Writes the cells of a named region into `cells` in scan order and returns their number. */
export function regionCells(s: State, first: number, colour: number, cells: Int16Array): number {
  const { topology } = s.rules;
  const { walls, open, reached } = scratchFor(s);
  readWalls(s, walls);
  readOpen(s, colour, walls, open);
  floodFill(open, topology.row[first], topology.bit[first], topology.spec.shape === 'hex', reached);
  let size = 0;
  for (let r = 0; r < reached.length; r++) {
    for (let word = reached[r]; word !== 0; word &= word - 1) {
      cells[size++] = topology.cellOfBit[r * 32 + 31 - Math.clz32(word & -word)];
    }
  }
  return size;
}

const taken = new Uint8Array(512);

/**
 * Adds to `cells[size…]` the border of the region in `cells[0…size)` and returns the new length (docs/rules.md §7.3,
 * D9, D10).
 */
export function addBorder(s: State, cells: Int16Array, size: number): number {
  const { adjacent, adjacency, borderChain } = s.rules.topology;
  taken.fill(0);
  for (let i = 0; i < size; i++) taken[cells[i]] = 1;
  let end = size;
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < adjacency; k++) end = addMarker(s, adjacent[cells[i] * adjacency + k], cells, end);
  }
  if (borderChain) {
    for (let i = size; i < end; i++) {
      for (let k = 0; k < 8; k++) end = addMarker(s, borderChain[cells[i] * 8 + k], cells, end);
    }
  }
  return end;
}

function addMarker(s: State, cell: number, cells: Int16Array, end: number): number {
  if (cell < 0 || taken[cell] !== 0) return end;
  const content = s.content[cell];
  if (content === 0 || content > STACK) return end;
  taken[cell] = 1;
  cells[end] = cell;
  return end + 1;
}

/** Cheap necessary condition: a stack that could pay exists at all. */
function canPayAnything(s: State, player: number): boolean {
  return s.recovered ? s.onBoard[player] > 0 : s.controlled[player] > 0;
}

function scratchFor(s: State): Scratch {
  const rows = s.rules.topology.spec.size;
  const known = scratches[rows];
  if (known) return known;
  const made = scratchOf(rows);
  scratches[rows] = made;
  return made;
}

/** Finds every region of the position, whoever may process it. */
function scan(s: State, player: number): void {
  const active = activeColours(s);
  found.count = 0;
  if (active === 0) return;
  const scratch = scratchFor(s);
  const anyWall = readWalls(s, scratch.walls);
  for (let colour = 1; colour <= s.rules.players; colour++) {
    if (s.markers[colour] > 0) scanPass(s, player, colour, active, scratch);
  }
  // Without a collapsed cell the walls divide nothing: only a sole controller could make the board one region.
  if (anyWall || controllers(s) === 1) scanPass(s, player, 0, active, scratch);
}

function activeColours(s: State): number {
  let active = 0;
  for (let p = 1; p <= s.rules.players; p++) if (s.onBoard[p] > 0) active |= 1 << (p - 1);
  return active;
}

function controllers(s: State): number {
  let count = 0;
  for (let p = 1; p <= s.rules.players; p++) if (s.controlled[p] > 0) count++;
  return count;
}

/** Collapsed cells of all owners; true if there are any. */
function readWalls(s: State, walls: Int32Array): boolean {
  const rows = walls.length;
  let any = 0;
  for (let r = 0; r < rows; r++) {
    let word = 0;
    for (let p = 1; p <= s.rules.players; p++) word |= s.planes[(COLLAPSED + p) * rows + r];
    walls[r] = word;
    any |= word;
  }
  return any !== 0;
}

function readOpen(s: State, colour: number, walls: Int32Array, open: Int32Array): void {
  const rows = open.length;
  const { rowMask } = s.rules.topology;
  for (let r = 0; r < rows; r++) {
    open[r] = rowMask[r] & ~walls[r] & (colour === 0 ? -1 : ~s.planes[colour * rows + r]);
  }
}

function scanPass(s: State, player: number, colour: number, active: number, scratch: Scratch): void {
  const { topology, players } = s.rules;
  const { open, left, reached, walls } = scratch;
  const rows = open.length;
  const hex = topology.spec.shape === 'hex';
  readOpen(s, colour, walls, open);
  left.set(open);
  for (let row = 0; row < rows; row++) {
    while (left[row] !== 0) {
      const bit = left[row] & -left[row];
      floodFill(open, row, bit, hex, reached);
      for (let r = row; r < rows; r++) left[r] &= ~reached[r];
      const represented = representedIn(s, reached, players);
      const isRegion =
        colour === 0 ? BITS[represented] === 1 && represented !== active : BITS[represented] < BITS[active];
      if (isRegion) addRegion(s, player, colour, topology.cellOfBit[row * 32 + 31 - Math.clz32(bit)], reached);
    }
  }
}

/** Bit p−1: player p controls a stack among these cells. */
function representedIn(s: State, cells: Int32Array, players: number): number {
  const rows = cells.length;
  let represented = 0;
  for (let p = 1; p <= players; p++) {
    const plane = (STACK + p) * rows;
    for (let r = 0; r < rows; r++) {
      if ((cells[r] & s.planes[plane + r]) !== 0) {
        represented |= 1 << (p - 1);
        break;
      }
    }
  }
  return represented;
}

function addRegion(s: State, player: number, colour: number, first: number, cells: Int32Array): void {
  const rows = cells.length;
  const i = found.count++;
  let own = 0;
  for (let r = 0; r < rows; r++) own += popcount(cells[r] & s.planes[(STACK + player) * rows + r]);
  found.first[i] = first;
  found.colour[i] = colour;
  found.ownStacks[i] = own;
  found.cells.set(cells, i * MAX_ROWS);
}

/**
 * A stack outside the region can pay: one the player controls, or after a recovery one with a buried own ring
 * (docs/rules.md §7.2).
 */
function canPay(s: State, player: number, region: number): boolean {
  if (!s.recovered) return s.controlled[player] > found.ownStacks[region];
  const { row, bit, cells } = s.rules.topology;
  for (let cell = 0; cell < cells; cell++) {
    const content = s.content[cell];
    if (content <= STACK || content > COLLAPSED) continue;
    if ((found.cells[region * MAX_ROWS + row[cell]] & bit[cell]) === 0 && s.hasBuried(cell, player)) return true;
  }
  return false;
}

/** Another pass already found a region of exactly these cells. */
function isRepeat(s: State, region: number): boolean {
  const rows = s.rules.topology.spec.size;
  for (let other = 0; other < region; other++) {
    if (found.first[other] === found.first[region] && sameCells(rows, other, region)) return true;
  }
  return false;
}

function sameCells(rows: number, a: number, b: number): boolean {
  for (let r = 0; r < rows; r++) {
    if (found.cells[a * MAX_ROWS + r] !== found.cells[b * MAX_ROWS + r]) return false;
  }
  return true;
}
