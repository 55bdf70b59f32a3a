/** Lines of markers (docs/rules.md §6): finding maximal runs and listing what may be done with them. */
import { Kind, type MoveList, packMove } from './moves.ts';
import type { State } from './state.ts';
import { opposite, type Topology } from './topology.ts';

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
  if (s.markers[player] < shortestRun || !hasRun(s.planes, player * topology.spec.size, topology, shortestRun))
    return false;
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

/** Some axis has `length` (3 or 4) bits in a row on the bit board at `base` of `planes`: the quick test that mostly fails. */
function hasRun(planes: Int32Array, base: number, topology: Topology, length: number): boolean {
  const rows = topology.spec.size;
  const bothDiagonals = topology.spec.shape === 'square';
  for (let r = 0; r < rows; r++) {
    const a = planes[base + r];
    if (a === 0) continue;
    let along = a & (a >>> 1) & (a >>> 2);
    let down = 0;
    let falling = 0;
    let rising = 0;
    if (r + length <= rows) {
      const b = planes[base + r + 1];
      const c = planes[base + r + 2];
      down = a & b & c;
      falling = a & (b << 1) & (c << 2);
      rising = a & (b >>> 1) & (c >>> 2);
      if (length === 4) {
        const d = planes[base + r + 3];
        down &= d;
        falling &= d << 3;
        rising &= d >>> 3;
      }
    }
    if (length === 4) along &= a >>> 3;
    if ((along | down | falling | (bothDiagonals ? rising : 0)) !== 0) return true;
  }
  return false;
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
