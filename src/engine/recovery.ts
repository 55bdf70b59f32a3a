/**
 * Recovery slides (docs/rules.md §4.8) as the original plays them, its defects included (docs/rules.md D26): a line is
 * collapsed along the first axis whose run reaches the *base* length, a slide whose first such run is too short is
 * listed there but refused, and such a refused slide still hides the fallback slides. Refused slides are not legal here
 * (docs/rules.md §13).
 */
import { Kind, type MoveList, NO_CELL, packMove } from './moves.ts';
import { COLLAPSED, STACK, type State } from './state.ts';
import { opposite } from './topology.ts';

export function recoveryEligible(s: State, player: number): boolean {
  return s.controlled[player] === 0 && s.markers[player] > 0 && s.onBoard[player] > 0;
}

export function listRecovery(s: State, out: MoveList): void {
  const player = s.player;
  out.push(packMove(Kind.skipRecovery));
  if (!listLineSlides(s, player, out)) listOtherSlides(s, player, out);
}

/** Adds the applicable line slides; true if any is listed at all, applicable or not. */
function listLineSlides(s: State, player: number, out: MoveList): boolean {
  const { step, cells, directions } = s.rules.topology;
  const { lineLength } = s.rules;
  let listed = false;
  for (let from = 0; from < cells; from++) {
    if (s.content[from] !== player) continue;
    for (let d = 0; d < directions; d++) {
      const to = step[d * cells + from];
      if (to < 0 || s.content[to] !== 0) continue;
      const longest = recoveryRun(s, player, from, to, 'longest');
      if (longest.length < lineLength) continue;
      listed = true;
      const collapsing = recoveryRun(s, player, from, to, 'first');
      if (collapsing.length < lineLength) continue;
      if (longest.length > lineLength && windowHolds(s, longest, to)) {
        out.push(packMove(Kind.recoverWindow, from, to, NO_CELL));
      }
      listPayers(s, player, Kind.recoverLine, from, to, out);
    }
  }
  return listed;
}

function listOtherSlides(s: State, player: number, out: MoveList): void {
  const { step, cells, directions } = s.rules.topology;
  for (let from = 0; from < cells; from++) {
    if (s.content[from] !== player) continue;
    for (let d = 0; d < directions; d++) {
      const to = step[d * cells + from];
      if (to < 0) continue;
      const content = s.content[to];
      if (content === 0) listPayers(s, player, Kind.recoverFallback, from, to, out);
      else if (content > STACK && content <= COLLAPSED) listPayers(s, player, Kind.recoverStrike, from, to, out);
    }
  }
}

/** One move per stack that can pay: any with a buried ring of the player. */
function listPayers(s: State, player: number, kind: number, from: number, to: number, out: MoveList): void {
  const content = s.content;
  for (let cell = 0; cell < content.length; cell++) {
    if (content[cell] > STACK && content[cell] <= COLLAPSED && s.hasBuried(cell, player)) {
      out.push(packMove(kind, from, to, cell));
    }
  }
}

/** A straight run of the player's markers through a slide's destination: from `start`, `length` cells in `direction`. */
export interface Run {
  start: number;
  direction: number;
  length: number;
}

const scratch: Run = { start: 0, direction: 0, length: 0 };
const scratchFirst: Run = { start: 0, direction: 0, length: 0 };

/**
 * The run through `to` once the marker on `from` has slid there: the longest one (the first axis wins ties), which
 * decides what is listed, or the first one of at least base length, which is what collapses. Length 0 if there is none.
 * Returns a shared object that the next call for the same `which` overwrites.
 */
export function recoveryRun(s: State, player: number, from: number, to: number, which: 'longest' | 'first'): Run {
  const { topology, baseLineLength } = s.rules;
  const run = which === 'longest' ? scratch : scratchFirst;
  run.length = 0;
  for (const axis of topology.recoveryAxes) {
    const back = reach(s, player, from, to, opposite(topology, axis));
    const ahead = reach(s, player, from, to, axis);
    const length = back + ahead + 1;
    if (which === 'longest' ? length > run.length : length >= baseLineLength) {
      run.length = length;
      run.direction = axis;
      run.start = to;
      for (let i = 0; i < back; i++) run.start = topology.step[opposite(topology, axis) * topology.cells + run.start];
      if (which === 'first') break;
    }
  }
  return run;
}

/** Own markers in a row from `to` (exclusive) in `direction`, the sliding one on `from` no longer counted. */
function reach(s: State, player: number, from: number, to: number, direction: number): number {
  const { step, cells } = s.rules.topology;
  let count = 0;
  for (let cell = step[direction * cells + to]; cell >= 0 && cell !== from; cell = step[direction * cells + cell]) {
    if (s.content[cell] !== player) break;
    count++;
  }
  return count;
}

/** The first `lineLength` cells of the run, the only window the original lists, hold the destination. */
function windowHolds(s: State, run: Run, to: number): boolean {
  const { step, cells } = s.rules.topology;
  for (let i = 0, cell = run.start; i < s.rules.lineLength; i++, cell = step[run.direction * cells + cell]) {
    if (cell === to) return true;
  }
  return false;
}
