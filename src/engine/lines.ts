/** Lines of markers (rules §6): finding maximal runs and listing what may be done with them. */
import { Kind, type MoveList, packMove } from './moves.ts';
import type { State } from './state.ts';
import { opposite } from './topology.ts';

/** The player owns a run long enough to be processed. */
export function hasLine(s: State, player: number): boolean {
  return scanRuns(s, player, null);
}

/**
 * One move per exact line; for a longer one "collapse all" and one per window of exact length. Lines in order of axis,
 * then first cell.
 */
export function listLines(s: State, player: number, out: MoveList): void {
  scanRuns(s, player, out);
}

function scanRuns(s: State, player: number, out: MoveList | null): boolean {
  const { topology, shortestRun } = s.rules;
  if (s.markers[player] < shortestRun) return false;
  const { step, cells } = topology;
  const content = s.content;
  let found = false;
  for (const axis of topology.axes) {
    const ahead = axis * cells;
    const behind = opposite(topology, axis) * cells;
    for (let first = 0; first < cells; first++) {
      if (content[first] !== player) continue;
      const before = step[behind + first];
      if (before >= 0 && content[before] === player) continue;
      let length = 1;
      let last = first;
      for (let next = step[ahead + first]; next >= 0 && content[next] === player; next = step[ahead + next]) {
        last = next;
        length++;
      }
      if (length < shortestRun) continue;
      if (out === null) return true;
      found = true;
      listLine(s, first, last, length, axis, out);
    }
  }
  return found;
}

function listLine(s: State, first: number, last: number, length: number, axis: number, out: MoveList): void {
  const { lineLength, topology } = s.rules;
  if (length === lineLength) {
    out.push(packMove(Kind.processLine, first, last));
    return;
  }
  out.push(packMove(Kind.lineAll, first, last));
  let window = first;
  for (let i = 0; i + lineLength <= length; i++) {
    out.push(packMove(Kind.lineWindow, first, last, window));
    window = topology.step[axis * topology.cells + window];
  }
}
