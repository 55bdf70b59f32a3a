/**
 * The forms of a move that upstream's hosts accept although the legal set does not list them (docs/rules.md §6.2, §7.3,
 * D6, D7, D8, D13, D32, D40), played as upstream plays them.
 */
import { at } from '../../core/at.ts';
import { apply, beginMove, endMove } from '../../engine/apply.ts';
import { collapseLine, collapseRegion, payCap, payLine } from '../../engine/effects.ts';
import { readCell, readCells } from '../../engine/json/position.ts';
import { availableRings, livePlacements } from '../../engine/mobility.ts';
import { fieldA, fieldB, Kind, kindOf, MOVE_TYPES, NO_CELL, packMove } from '../../engine/moves.ts';
import { Phase } from '../../engine/phases.ts';
import { recoveryRun } from '../../engine/recovery.ts';
import { addBorder } from '../../engine/regions.ts';
import { COLLAPSED, STACK, type State } from '../../engine/state.ts';
import { lineOf } from '../../engine/text.ts';
import { afterLines, afterNoLine, afterRegionPaid, afterTerritory, enterLines } from '../../engine/turn.ts';
import { ownLines } from './pack.ts';
import { type Reading, readLine, readRegion, sameSet } from './reading.ts';

/** Accepted forms outside the legal set, by name. */
export const VARIANTS = [
  'larger-placement-only',
  'unlisted-skip',
  'whole-exact-line',
  'line-while-owed',
  'unlisted-line',
  'overlong-line',
  'idle-process-line',
  'cap-for-line',
  'leaves-lines',
  'no-movement-taken',
  'unpaid-region',
  'leaves-territory',
  'unlisted-region',
  'idle-region',
  'unowed-elimination',
  'unlisted-window',
  'past-end',
] as const;
export type VariantName = (typeof VARIANTS)[number];

/** A variant, ready to be played. */
export interface Variant {
  /** Packed form; for variants without one the kind alone. */
  readonly move: number;
  readonly variant: VariantName;
  /** Plays it on the position it was read in. */
  readonly play: (s: State) => void;
}

/**
 * Two readings of `process_line` on a line longer than needed. The engine (`rules`) does nothing there; both of upstream's
 * readers of databases (`readers`) collapse the whole line. games/game/reading.ts decides for a game.
 */
export type Dialect = 'rules' | 'readers';

/** The variant that the move is, or null. `packed`: its packed form, if it has one. */
export function asVariant(reading: Reading, packed: number | null, dialect: Dialect): Variant | null {
  const { s, type } = reading;
  const played: Played = (variant, move, effect) => ({
    move,
    variant,
    play: (state) => {
      const { player, phase } = state;
      beginMove(state, kindOf(move));
      effect(state);
      endMove(state, player, phase);
    },
  });
  switch (type) {
    case 'place_ring':
      return s.phase === Phase.placement && packed !== null && isLivePlacement(s, fieldA(packed), fieldB(packed))
        ? { move: packed, variant: 'larger-placement-only', play: (state) => apply(state, packed) }
        : null;
    case 'skip_placement': {
      // Hosts ask for a ring in hand and nothing else (docs/rules.md D32).
      const move = packMove(Kind.skipPlacement);
      const accepted = s.phase === Phase.placement && at(s.hand, s.player) > 0;
      return accepted ? { move, variant: 'unlisted-skip', play: (state) => apply(state, move) } : null;
    }
    case 'process_line':
    case 'choose_line_option':
      return s.phase === Phase.lines ? lineVariant(reading, packed, dialect, played) : null;
    case 'eliminate_rings_from_stack':
      return packed === null ? null : eliminationVariant(s, packed, played);
    case 'no_line_action':
      return s.phase === Phase.lines ? played('leaves-lines', packMove(Kind.noLine), afterNoLine) : null;
    case 'no_movement_action':
      return s.phase === Phase.movement ? played('no-movement-taken', packMove(Kind.noMovement), enterLines) : null;
    case 'no_territory_action':
    case 'skip_territory_processing':
      if (s.phase !== Phase.territory) return null;
      return played(
        s.owesRegion ? 'unpaid-region' : 'leaves-territory',
        packMove(MOVE_TYPES.indexOf(type)),
        afterTerritory,
      );
    case 'choose_territory_option':
      return s.phase === Phase.territory && !s.owesRegion ? regionVariant(reading, played) : null;
    case 'recovery_slide':
      return s.phase === Phase.movement ? windowVariant(reading, played) : null;
    default:
      return null;
  }
}

/** Two or three rings on an empty cell that could move, where a single ring could not. */
function isLivePlacement(s: State, cell: number, count: number): boolean {
  return (
    s.content[cell] === 0 &&
    count <= availableRings(s, s.player) &&
    (livePlacements(s, cell, count) & (1 << (count - 1))) !== 0
  );
}

type Played = (variant: VariantName, move: number, effect: (state: State) => void) => Variant;

/**
 * An elimination where nothing, or something else, was due: a cap without context (docs/rules.md D6), a ring for no
 * line.
 */
function eliminationVariant(s: State, packed: number, played: Played): Variant | null {
  const cell = fieldA(packed);
  if (!ownsStack(s, cell)) return null;
  if (s.phase === Phase.lines) {
    if (kindOf(packed) === Kind.eliminateTerritory)
      return played('cap-for-line', packed, (state) => payCap(state, cell));
    if (kindOf(packed) === Kind.eliminateLine)
      return played('unowed-elimination', packed, (state) => payLine(state, cell));
    return null;
  }
  if (kindOf(packed) !== Kind.eliminateTerritory || s.phase !== Phase.territory || s.owesRegion) return null;
  return played('unowed-elimination', packed, (state) => {
    payCap(state, cell);
    afterRegionPaid(state);
  });
}

function lineVariant(reading: Reading, packed: number | null, dialect: Dialect, played: Played): Variant | null {
  const { s, type } = reading;
  if (packed !== null) {
    // A listed line, processed while a ring is still owed for another (docs/rules.md D7).
    return { move: packed, variant: 'line-while-owed', play: (state) => apply(state, packed) };
  }
  const { cells, collapsed } = readLine(reading);
  const { lineLength } = s.rules;
  if (!isOwnRun(s, cells)) return null;
  const whole = collapsed === null || sameSet(collapsed, cells);
  const move = packMove(type === 'process_line' ? Kind.processLine : Kind.lineAll);
  const collapse = (what: readonly number[], owes: boolean) => (state: State) => {
    collapseLine(state, Int16Array.from(what), what.length, owes);
    afterLines(state);
  };
  if (type === 'process_line') {
    if (cells.length === lineLength) return played('unlisted-line', move, collapse(cells, true));
    if (dialect === 'readers') return played('overlong-line', move, collapse(cells, true));
    return played('idle-process-line', move, collapse([], false));
  }
  if (whole) {
    const listed = isListedExactLine(reading, cells);
    return played(listed ? 'whole-exact-line' : 'unlisted-line', move, collapse(cells, cells.length >= lineLength));
  }
  if (collapsed?.every((cell) => cells.includes(cell)))
    return played('unlisted-line', move, collapse(collapsed, false));
  return null;
}

const isListedExactLine = (reading: Reading, cells: readonly number[]): boolean =>
  ownLines(reading).some((move) => kindOf(move) === Kind.processLine && sameSet(cells, lineOf(reading.s, move)));

/** The cells are markers of the player, in one straight run. */
function isOwnRun(s: State, cells: readonly number[]): boolean {
  const { topology } = s.rules;
  if (cells.length < 2 || !cells.every((cell) => s.content[cell] === s.player)) return false;
  const sorted = [...cells].sort((p, q) => p - q);
  const direction = at(topology.direction, at(sorted, 0) * topology.cells + at(sorted, 1));
  return (
    direction >= 0 &&
    sorted.every((cell, i) => i === 0 || at(topology.step, direction * topology.cells + at(sorted, i - 1)) === cell)
  );
}

/**
 * The geometry of a recorded region is trusted as long as its cells are open and a stack outside can pay; a region that
 * cannot be paid for, or that does not exist, changes nothing and the phase stays (docs/rules.md §7.3).
 */
function regionVariant(reading: Reading, played: Played): Variant | null {
  const { s } = reading;
  const region = readRegion(reading);
  if (region?.some((cell) => at(s.content, cell) > COLLAPSED)) return null;
  if (region === null || region.length === 0 || !stackOutsidePays(s, new Set(region))) {
    return played('idle-region', packMove(Kind.territory), () => {});
  }
  return played('unlisted-region', packMove(Kind.territory, region[0]), (state) => {
    const cells = new Int16Array(512);
    cells.set(region);
    collapseRegion(state, cells, region.length, addBorder(state, cells, region.length));
    state.phase = Phase.territory;
  });
}

function stackOutsidePays(s: State, region: ReadonlySet<number>): boolean {
  for (let cell = 0; cell < s.content.length; cell++) {
    if (region.has(cell) || s.height[cell] === 0) continue;
    if (s.recovered ? s.hasBuried(cell, s.player) : ownsStack(s, cell)) return true;
  }
  return false;
}

/** Option 2 with another window of the line that holds the destination (docs/rules.md §4.8, validator). */
function windowVariant({ s, raw, legal }: Reading, played: Played): Variant | null {
  const { topology, lineLength } = s.rules;
  if ((raw.recoveryOption ?? raw.option) !== 2) return null;
  const from = readCell(topology, raw.from, 'from');
  const to = readCell(topology, raw.to, 'to');
  const window = readCells(topology, raw.collapsePositions, 'collapsePositions');
  if (!legal.includes(packMove(Kind.skipRecovery)) || s.content[from] !== s.player || s.content[to] !== 0) return null;
  if (!isNeighbour(s, from, to)) return null;
  const run = recoveryRun(s, s.player, from, to, 'first');
  const cells: number[] = [];
  for (let cell = run.start; cells.length < run.length; cell = at(topology.step, run.direction * topology.cells + cell))
    cells.push(cell);
  if (run.length <= lineLength || window.length !== lineLength || !window.includes(to)) return null;
  const start = cells.findIndex((cell) => window.includes(cell));
  if (start < 0 || !sameSet(window, cells.slice(start, start + lineLength))) return null;
  return played('unlisted-window', packMove(Kind.recoverWindow, from, to, NO_CELL), (state) => {
    state.removeMarker(from);
    state.setMarker(to, state.player);
    for (const cell of window) state.collapse(cell, state.player);
    enterLines(state);
  });
}

function isNeighbour(s: State, from: number, to: number): boolean {
  const { step, cells, directions } = s.rules.topology;
  for (let d = 0; d < directions; d++) if (step[d * cells + from] === to) return true;
  return false;
}

function ownsStack(s: State, cell: number): boolean {
  return s.content[cell] === STACK + s.player;
}
