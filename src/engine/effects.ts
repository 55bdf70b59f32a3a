/** What each move does to the board and the counters (docs/rules.md §4–§8); the turn that follows is in turn.ts. */
import { recoveryRun } from './recovery.ts';
import { COLLAPSED, STACK, type State } from './state.ts';

/** The top ring of a stack leaves the game, credited to `player`. */
function eliminateTop(s: State, cell: number, player: number): void {
  s.popTop(cell);
  s.eliminated[player]++;
}

export function place(s: State, cell: number, count: number): void {
  const player = s.player;
  for (let i = 0; i < count; i++) s.pushTop(cell, player);
  s.hand[player] -= count;
}

/** Move without capture (docs/rules.md §5.1). */
export function moveStack(s: State, from: number, to: number): void {
  const player = s.player;
  const landsOnMarker = s.content[to] !== 0;
  if (landsOnMarker) s.removeMarker(to);
  s.relocate(from, to);
  s.setMarker(from, player);
  sweep(s, from, to, player);
  if (landsOnMarker) eliminateTop(s, to, player);
}

/** One capture segment (docs/rules.md §5.2). The landing cost is paid after the captured ring has gone underneath. */
export function captureStack(s: State, from: number, target: number, to: number): void {
  const player = s.player;
  const landsOnMarker = s.content[to] !== 0;
  if (landsOnMarker) s.removeMarker(to);
  s.relocate(from, to);
  s.setMarker(from, player);
  sweep(s, from, target, player);
  sweep(s, target, to, player);
  s.pushBottom(to, s.popTop(target));
  if (landsOnMarker) eliminateTop(s, to, player);
}

/** Markers strictly between two cells of a line: own ones collapse, foreign ones change owner. */
function sweep(s: State, from: number, to: number, player: number): void {
  const { step, cells, direction } = s.rules.topology;
  const base = direction[from * cells + to] * cells;
  for (let cell = step[base + from]; cell !== to; cell = step[base + cell]) {
    const content = s.content[cell];
    if (content === 0 || content > STACK) continue;
    if (content === player) s.collapse(cell, player);
    else s.setMarker(cell, player);
  }
}

/**
 * Collapses `cells[0…count)` of the player's line. `whole` says that all of a line was taken, which costs a ring if a
 * stack is left to pay with (docs/rules.md §6.3); the debt replaces whatever was owed before (docs/rules.md D7).
 */
export function collapseLine(s: State, cells: Int16Array, count: number, whole: boolean): void {
  const player = s.player;
  for (let i = 0; i < count; i++) collapseAnything(s, cells[i], player);
  s.owesLine = whole && s.controlled[player] > 0;
}

/**
 * Processes a region and its border (docs/rules.md §7.3): interior rings are credited, every cell collapses, a cap is
 * owed.
 */
export function collapseRegion(s: State, cells: Int16Array, regionSize: number, withBorder: number): void {
  const player = s.player;
  for (let i = 0; i < regionSize; i++) {
    const cell = cells[i];
    if (s.content[cell] <= STACK || s.content[cell] > COLLAPSED) continue;
    while (s.height[cell] > 0) eliminateTop(s, cell, player);
  }
  for (let i = 0; i < withBorder; i++) collapseAnything(s, cells[i], player);
  s.owesRegion = true;
}

/**
 * Collapses a cell whatever it holds. Rings of a stack on it go back to hands: unreachable in legal play (docs/rules.md
 * §6.2).
 */
function collapseAnything(s: State, cell: number, player: number): void {
  const content = s.content[cell];
  if (content > COLLAPSED) return;
  if (content > STACK) while (s.height[cell] > 0) s.hand[s.popTop(cell)]++;
  s.collapse(cell, player);
}

/** One ring from the top of an own stack, for a line. */
export function payLine(s: State, cell: number): void {
  eliminateTop(s, cell, s.player);
  s.owesLine = false;
}

/** The whole cap of an own stack, for a region or when nothing else can be done. */
export function payCap(s: State, cell: number): void {
  for (let rings = s.cap[cell]; rings > 0; rings--) eliminateTop(s, cell, s.player);
}

/** The bottommost own ring of any stack: the price of a recovery. */
export function payBuried(s: State, cell: number): void {
  if (s.removeBottommost(cell, s.player)) s.eliminated[s.player]++;
}

export function slideFallback(s: State, from: number, to: number, payer: number): void {
  s.removeMarker(from);
  s.setMarker(to, s.player);
  payBuried(s, payer);
}

/**
 * The marker is spent, the struck top ring is credited to the player, then the ring is paid (T3 of docs/rules.md §15).
 */
export function slideStrike(s: State, from: number, to: number, payer: number): void {
  s.removeMarker(from);
  eliminateTop(s, to, s.player);
  if (s.height[payer] > 0) payBuried(s, payer);
}

const lineCells = new Int16Array(32);

/** Slides into a line and collapses the first run of base length (docs/rules.md D26), paid with a buried ring. */
export function slideIntoLine(s: State, from: number, to: number, payer: number): void {
  const count = slideAndReadRun(s, from, to);
  for (let i = 0; i < count; i++) s.collapse(lineCells[i], s.player);
  payBuried(s, payer);
}

/** Slides into an overlength line and collapses only the listed window of it, for free. */
export function slideIntoWindow(s: State, from: number, to: number): void {
  const { lineLength } = s.rules;
  const longest = recoveryRun(s, s.player, from, to, 'longest');
  const start = longest.start;
  const direction = longest.direction;
  let count = slideAndReadRun(s, from, to);
  if (count > lineLength) {
    readRun(s, start, direction, lineLength);
    count = lineLength;
  }
  for (let i = 0; i < count; i++) s.collapse(lineCells[i], s.player);
}

/** Moves the marker and leaves the cells of the collapsing run in `lineCells`; returns their number. */
function slideAndReadRun(s: State, from: number, to: number): number {
  const run = recoveryRun(s, s.player, from, to, 'first');
  s.removeMarker(from);
  s.setMarker(to, s.player);
  readRun(s, run.start, run.direction, run.length);
  return run.length;
}

function readRun(s: State, start: number, direction: number, length: number): void {
  const { step, cells } = s.rules.topology;
  for (let i = 0, cell = start; i < length; i++, cell = step[direction * cells + cell]) lineCells[i] = cell;
}

/** Writes the straight run from `first` to `last` (both included) into `cells` and returns its length. */
export function cellsBetween(s: State, first: number, last: number, cells: Int16Array): number {
  const topology = s.rules.topology;
  cells[0] = first;
  if (first === last) return 1;
  const base = topology.direction[first * topology.cells + last] * topology.cells;
  let count = 1;
  for (let cell = first; cell !== last; ) {
    cell = topology.step[base + cell];
    cells[count++] = cell;
  }
  return count;
}
