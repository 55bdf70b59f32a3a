/**
 * Territory (rules §7): regions that do not represent every active colour. A region is found once per border colour
 * (cells that are neither collapsed nor a marker of that colour) and once with collapsed cells as the only walls; a
 * region is named by (its first cell in scan order, border colour or 0).
 *
 * Flood fill over small arrays, not bit boards: the same forty lines serve 61 to 469 cells, and a turn needs one scan.
 * Scratch arrays are per module, so per thread; nothing here is re-entrant and nothing calls back.
 */
import { Kind, type MoveList, packMove } from './moves.ts';
import { COLLAPSED, STACK, type State } from './state.ts';

const MOST_CELLS = 469;
const queue = new Int16Array(MOST_CELLS);
/** label[colour · MOST_CELLS + cell]: 1-based number of the component in that pass, 0 = wall. */
const label = new Int16Array(5 * MOST_CELLS);

/** Regions found by the last scan, in the order they were found. */
const found = {
  count: 0,
  first: new Int16Array(5 * MOST_CELLS),
  colour: new Uint8Array(5 * MOST_CELLS),
  component: new Int16Array(5 * MOST_CELLS),
  size: new Int16Array(5 * MOST_CELLS),
  ownStacks: new Int16Array(5 * MOST_CELLS),
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

/** Writes the cells of a named region into `cells` in flood order and returns their number. */
export function regionCells(s: State, first: number, colour: number, cells: Int16Array): number {
  const labels = label.subarray(colour * MOST_CELLS, colour * MOST_CELLS + s.rules.topology.cells);
  labels.fill(0);
  const size = flood(s, first, colour, labels, 1);
  for (let i = 0; i < size; i++) cells[i] = queue[i];
  return size;
}

/** Adds to `cells[size…]` the border of the region in `cells[0…size)` and returns the new length (rules §7.3, D9, D10). */
export function addBorder(s: State, cells: Int16Array, size: number): number {
  const { adjacent, adjacency, borderChain } = s.rules.topology;
  const taken = label.subarray(0, s.rules.topology.cells);
  taken.fill(0);
  for (let i = 0; i < size; i++) taken[cells[i]] = 1;
  let end = size;
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < adjacency; k++) end = addMarker(s, adjacent[cells[i] * adjacency + k], taken, cells, end);
  }
  if (borderChain) {
    for (let i = size; i < end; i++) {
      for (let k = 0; k < 8; k++) end = addMarker(s, borderChain[cells[i] * 8 + k], taken, cells, end);
    }
  }
  return end;
}

function addMarker(s: State, cell: number, taken: Int16Array, cells: Int16Array, end: number): number {
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

/** Finds every region of the position, whoever may process it. */
function scan(s: State, player: number): void {
  const active = activeColours(s);
  found.count = 0;
  if (active === 0) return;
  for (let colour = 1; colour <= s.rules.players; colour++) {
    if (s.markers[colour] > 0) scanPass(s, player, colour, active);
  }
  scanPass(s, player, 0, active);
}

function activeColours(s: State): number {
  let active = 0;
  for (let p = 1; p <= s.rules.players; p++) if (s.onBoard[p] > 0) active |= 1 << (p - 1);
  return active;
}

function scanPass(s: State, player: number, colour: number, active: number): void {
  const { cells } = s.rules.topology;
  const content = s.content;
  const labels = label.subarray(colour * MOST_CELLS, colour * MOST_CELLS + cells);
  labels.fill(0);
  const wall = colour === 0 ? 255 : colour;
  let component = 0;
  for (let first = 0; first < cells; first++) {
    if (labels[first] !== 0 || content[first] > COLLAPSED || content[first] === wall) continue;
    component++;
    const size = flood(s, first, colour, labels, component);
    let represented = 0;
    let own = 0;
    for (let i = 0; i < size; i++) {
      const c = content[queue[i]];
      if (c <= STACK) continue;
      represented |= 1 << (c - STACK - 1);
      if (c === STACK + player) own++;
    }
    const isRegion =
      colour === 0 ? BITS[represented] === 1 && represented !== active : BITS[represented] < BITS[active];
    if (!isRegion) continue;
    const i = found.count++;
    found.first[i] = first;
    found.colour[i] = colour;
    found.component[i] = component;
    found.size[i] = size;
    found.ownStacks[i] = own;
  }
}

/** Labels the component of `first` and leaves its cells in `queue`; returns how many. */
function flood(s: State, first: number, colour: number, labels: Int16Array, component: number): number {
  const { adjacent, adjacency } = s.rules.topology;
  const content = s.content;
  const wall = colour === 0 ? 255 : colour;
  let end = 1;
  queue[0] = first;
  labels[first] = component;
  for (let i = 0; i < end; i++) {
    const base = queue[i] * adjacency;
    for (let k = 0; k < adjacency; k++) {
      const cell = adjacent[base + k];
      if (cell < 0 || labels[cell] !== 0) continue;
      const c = content[cell];
      if (c > COLLAPSED || c === wall) continue;
      labels[cell] = component;
      queue[end++] = cell;
    }
  }
  return end;
}

/** A stack outside the region can pay: one the player controls, or after a recovery one with a buried own ring (§7.2). */
function canPay(s: State, player: number, region: number): boolean {
  if (!s.recovered) return s.controlled[player] > found.ownStacks[region];
  const base = found.colour[region] * MOST_CELLS;
  for (let cell = 0; cell < s.rules.topology.cells; cell++) {
    const content = s.content[cell];
    if (content <= STACK || content > COLLAPSED || label[base + cell] === found.component[region]) continue;
    if (s.hasBuried(cell, player)) return true;
  }
  return false;
}

/** Another pass already found a region of exactly these cells. */
function isRepeat(s: State, region: number): boolean {
  for (let other = 0; other < region; other++) {
    if (
      found.first[other] === found.first[region] &&
      found.size[other] === found.size[region] &&
      sameCells(s, other, region)
    ) {
      return true;
    }
  }
  return false;
}

function sameCells(s: State, a: number, b: number): boolean {
  const baseA = found.colour[a] * MOST_CELLS;
  const baseB = found.colour[b] * MOST_CELLS;
  for (let cell = 0; cell < s.rules.topology.cells; cell++) {
    if ((label[baseA + cell] === found.component[a]) !== (label[baseB + cell] === found.component[b])) return false;
  }
  return true;
}
