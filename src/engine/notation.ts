/** A short text per move for people: `b4 x2`, `b4-d6`, `b4xc5-e7`, `line a1-d1`, `region 7 cells at c3`. */
import { fieldA, fieldB, fieldC, Kind, kindOf } from './moves.ts';
import type { State } from './state.ts';
import { regionOf } from './text.ts';
import type { Topology } from './topology.ts';

/**
 * Name of a cell: squares letter(x) + (y+1), `a1` = (0,0); hexagons file letter(y + radius), rank radius − x + 1, so the
 * centre of hex8 is `e5` (docs/rules.md §12.1). No letter is skipped; hexagonal boards go up to `y`.
 */
export function cellName(topology: Topology, cell: number): string {
  const { shape, radius } = topology.spec;
  const x = topology.x[cell];
  const y = topology.y[cell];
  return shape === 'square' ? letter(x) + (y + 1) : letter(y + radius) + (radius - x + 1);
}

const letter = (n: number): string => String.fromCharCode(97 + n);

/** Cell of a name, −1 if there is none. */
export function cellOfName(topology: Topology, name: string): number {
  for (let cell = 0; cell < topology.cells; cell++) if (cellName(topology, cell) === name) return cell;
  return -1;
}

export function moveNotation(s: State, move: number): string {
  const { topology } = s.rules;
  const name = (cell: number): string => cellName(topology, cell);
  const a = fieldA(move);
  const b = fieldB(move);
  const c = fieldC(move);
  switch (kindOf(move)) {
    case Kind.place:
      return b === 1 ? name(a) : `${name(a)} x${b}`;
    case Kind.skipPlacement:
      return 'skip placement';
    case Kind.noPlacement:
      return 'no placement';
    case Kind.swap:
      return 'swap sides';
    case Kind.move:
      return `${name(a)}-${name(b)}`;
    case Kind.capture:
      return `${name(a)}x${name(b)}-${name(c)}`;
    case Kind.chain:
      return `${name(a)}x${name(b)}-${name(c)}+`;
    case Kind.skipCapture:
      return 'skip capture';
    case Kind.recoverLine:
      return `recover ${name(a)}-${name(b)} line, ${name(c)} pays`;
    case Kind.recoverWindow:
      return `recover ${name(a)}-${name(b)} short line`;
    case Kind.recoverFallback:
      return `recover ${name(a)}-${name(b)}, ${name(c)} pays`;
    case Kind.recoverStrike:
      return `recover ${name(a)}-${name(b)} strike, ${name(c)} pays`;
    case Kind.skipRecovery:
      return 'skip recovery';
    case Kind.noMovement:
      return 'no movement';
    case Kind.processLine:
      return `line ${name(a)}-${name(b)}`;
    case Kind.lineAll:
      return `line ${name(a)}-${name(b)} all`;
    case Kind.lineWindow:
      return `line ${name(a)}-${name(b)} from ${name(c)}`;
    case Kind.noLine:
      return 'no line';
    case Kind.eliminateLine:
      return `pay a ring of ${name(a)}`;
    case Kind.territory: {
      const size = regionOf(s, move).length;
      return `region of ${size} ${size === 1 ? 'cell' : 'cells'} at ${name(a)}${b > 0 ? ` (border ${b})` : ''}`;
    }
    case Kind.skipTerritory:
      return 'skip territory';
    case Kind.eliminateTerritory:
      return `pay the cap of ${name(a)}`;
    case Kind.eliminateRecovery:
      return `pay a buried ring of ${name(a)}`;
    case Kind.noTerritory:
      return 'no territory';
    case Kind.forcedElimination:
      return `forced: cap of ${name(a)}`;
    case Kind.resign:
      return 'resign';
    case Kind.timeout:
      return 'timeout';
    default:
      return `move ${move}`;
  }
}
