/** The golden text of a move (docs/upstream-formats.md §10.4): what legal-set digests are made of. */
import { cellsBetween } from './effects.ts';
import { fieldA, fieldB, fieldC, Kind, kindOf, MOVE_TYPES } from './moves.ts';
import { recoveryRun } from './recovery.ts';
import { regionCells } from './regions.ts';
import type { State } from './state.ts';

const scratch = new Int16Array(512);

export function moveText(s: State, move: number): string {
  const { keys } = s.rules.topology;
  const kind = kindOf(move);
  const type = MOVE_TYPES[kind];
  const a = keys[fieldA(move)];
  const b = keys[fieldB(move)];
  switch (kind) {
    case Kind.place:
      return `${type}:${a}:${fieldB(move)}`;
    case Kind.move:
      return `${type}:${a}>${b}`;
    case Kind.capture:
    case Kind.chain:
      return `${type}:${a}>${b}>${keys[fieldC(move)]}`;
    case Kind.recoverLine:
      return `${type}:line:${a}>${b}:1`;
    case Kind.recoverWindow:
      return `${type}:line:${a}>${b}:2:${sortedKeys(s, collapsedCells(s, move))}`;
    case Kind.recoverFallback:
      return `${type}:fallback:${a}>${b}`;
    case Kind.recoverStrike:
      return `${type}:stack_strike:${a}>${b}`;
    case Kind.processLine:
      return `${type}:${sortedKeys(s, lineOf(s, move))}`;
    case Kind.lineAll:
    case Kind.lineWindow:
      return `${type}:${sortedKeys(s, lineOf(s, move))}:${sortedKeys(s, collapsedCells(s, move))}`;
    case Kind.territory:
      return `${type}:${sortedKeys(s, regionOf(s, move))}`;
    case Kind.eliminateLine:
      return `${type}:line:${a}:1`;
    case Kind.eliminateTerritory:
      return `${type}:territory:${a}:${s.cap[fieldA(move)]}`;
    case Kind.eliminateRecovery:
      return `${type}:recovery:${a}:1`;
    case Kind.forcedElimination:
      return `${type}:${a}:${s.cap[fieldA(move)]}`;
    default:
      return type;
  }
}

/** Cells of the line a line move names, first to last. */
export function lineOf(s: State, move: number): number[] {
  const count = cellsBetween(s, fieldA(move), fieldB(move), scratch);
  return Array.from(scratch.subarray(0, count));
}

/** Cells a line choice or the short recovery collapses. */
export function collapsedCells(s: State, move: number): number[] {
  const { topology, lineLength } = s.rules;
  const kind = kindOf(move);
  if (kind === Kind.recoverWindow) {
    const run = recoveryRun(s, s.player, fieldA(move), fieldB(move), 'longest');
    return straight(s, run.start, run.direction, lineLength);
  }
  const line = lineOf(s, move);
  if (kind !== Kind.lineWindow) return line;
  const direction = topology.direction[fieldA(move) * topology.cells + fieldB(move)];
  return straight(s, fieldC(move), direction, lineLength);
}

/** Cells of the region a territory move names, in flood order. */
export function regionOf(s: State, move: number): number[] {
  const size = regionCells(s, fieldA(move), fieldB(move), scratch);
  return Array.from(scratch.subarray(0, size));
}

function straight(s: State, start: number, direction: number, length: number): number[] {
  const { step, cells } = s.rules.topology;
  const line: number[] = [];
  for (let cell = start; line.length < length; cell = step[direction * cells + cell]) line.push(cell);
  return line;
}

function sortedKeys(s: State, cells: readonly number[]): string {
  return cells
    .map((cell) => s.rules.topology.keys[cell])
    .sort()
    .join('|');
}
