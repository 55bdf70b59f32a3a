/**
 * From a recorded move to one the engine can play. Strict: the move must be in the legal set, or be one of the forms
 * that the original's hosts accept although the set does not list them (docs/rules.md §6.2, §7.3, D6, D7, D8, D13, D32,
 * D40); those are played as the original plays them and reported as variants.
 */
import { apply, beginMove, endMove } from '../../engine/apply.ts';
import { collapseLine, collapseRegion, payCap, payLine } from '../../engine/effects.ts';
import { RulesError } from '../../engine/errors.ts';
import { LEGACY_MOVE_TYPES, type RawMove } from '../../engine/json/move.ts';
import { readCell, readCells, readKey } from '../../engine/json/position.ts';
import type { StackOrder } from '../../engine/json/stack-order.ts';
import { legalMoves } from '../../engine/legal.ts';
import { listLines } from '../../engine/lines.ts';
import { availableRings, livePlacements } from '../../engine/mobility.ts';
import {
  fieldA,
  fieldB,
  Kind,
  kindOf,
  MOVE_TYPES,
  MoveList,
  type MoveType,
  NO_CELL,
  packMove,
} from '../../engine/moves.ts';
import { PHASES, Phase } from '../../engine/phases.ts';
import { recoveryRun } from '../../engine/recovery.ts';
import { addBorder } from '../../engine/regions.ts';
import { COLLAPSED, STACK, type State } from '../../engine/state.ts';
import { collapsedCells, lineOf, regionOf } from '../../engine/text.ts';
import { afterLines, afterNoLine, afterRegionPaid, afterTerritory, enterLines } from '../../engine/turn.ts';

/** Accepted forms outside the legal set, by name. */
export const VARIANTS = [
  'larger-placement-only',
  'unlisted-skip',
  'whole-exact-line',
  'line-while-owed',
  'unlisted-line',
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
] as const;
export type VariantName = (typeof VARIANTS)[number];

export interface Interpretation {
  /** Packed form; for variants without one the kind alone. */
  readonly move: number;
  readonly variant: VariantName | null;
  /** Plays it on the position it was interpreted for. */
  readonly play: (s: State) => void;
}

const legal = new MoveList();
const lines = new MoveList(64);

/**
 * Interprets `raw` in `s` without changing `s`. `order` settles who pays for a recovery that names nobody.
 * Throws RulesError MOVE_INVALID (not a move on this board) or MOVE_ILLEGAL (not allowed here).
 */
export function interpretMove(s: State, raw: RawMove, order?: StackOrder): Interpretation {
  const type = typeOf(raw);
  if (s.isOver) throw illegal(s, type, 'the game is over');
  if (raw.player !== s.player)
    throw illegal(s, type, `player ${String(raw.player)} moved, but player ${s.player} is on turn`);
  legalMoves(s, legal);
  const plain = (move: number): Interpretation => ({ move, variant: null, play: (state) => apply(state, move) });

  const packed = packRaw(s, type, raw, order);
  if (packed !== null && (legal.includes(packed) || kindOf(packed) === Kind.resign || kindOf(packed) === Kind.timeout))
    return plain(packed);
  const variant = asVariant(s, type, raw, packed);
  if (variant) return variant;
  throw illegal(s, type, whyNot(s, type));
}

function typeOf(raw: RawMove): MoveType {
  const name = String(raw.type);
  const type = LEGACY_MOVE_TYPES[name] ?? name;
  if (!(MOVE_TYPES as readonly string[]).includes(type))
    throw new RulesError('MOVE_INVALID', `unknown move type '${name}'`);
  return type as MoveType;
}

function illegal(s: State, type: string, why: string): RulesError {
  return new RulesError('MOVE_ILLEGAL', `${type} in ${PHASES[s.phase]}: ${why}`);
}

function whyNot(s: State, type: MoveType): string {
  for (let i = 0; i < legal.length; i++) {
    if (MOVE_TYPES[kindOf(legal.moves[i])] === type) return 'not among the legal moves of this type';
  }
  return `only ${[...new Set(Array.from(legal.moves.subarray(0, legal.length), (m) => MOVE_TYPES[kindOf(m)]))].join(', ')} possible for player ${s.player}`;
}

/** The packed move the record names, legal or not; null if no packed move can express it. */
function packRaw(s: State, type: MoveType, raw: RawMove, order?: StackOrder): number | null {
  const { topology } = s.rules;
  const cell = (field: string): number => readCell(topology, raw[field], field);
  switch (type) {
    case 'place_ring':
      return packMove(Kind.place, cell('to'), readCount(raw.placementCount));
    case 'move_stack':
      return packMove(Kind.move, cell('from'), cell('to'));
    case 'overtaking_capture':
      return packMove(Kind.capture, cell('from'), cell('captureTarget'), cell('to'));
    case 'continue_capture_segment':
      return packMove(Kind.chain, cell('from'), cell('captureTarget'), cell('to'));
    case 'recovery_slide':
      return packRecovery(s, raw, order);
    case 'process_line':
    case 'choose_line_option':
      return packLine(s, type, raw);
    case 'choose_territory_option':
      return packRegion(s, raw);
    case 'eliminate_rings_from_stack':
      return packMove(eliminationKind(raw.eliminationContext), cell('to'));
    case 'forced_elimination':
      return packMove(Kind.forcedElimination, cell('to'));
    default:
      return packMove(MOVE_TYPES.indexOf(type));
  }
}

function readCount(value: unknown): number {
  if (value === undefined || value === null) return 1;
  if (value !== 1 && value !== 2 && value !== 3)
    throw new RulesError('MOVE_INVALID', `placementCount ${String(value)} is not 1–3`);
  return value;
}

function eliminationKind(context: unknown): number {
  if (context === 'line') return Kind.eliminateLine;
  if (context === 'recovery') return Kind.eliminateRecovery;
  return Kind.eliminateTerritory;
}

function packRecovery(s: State, raw: RawMove, order?: StackOrder): number | null {
  const { topology } = s.rules;
  const from = readCell(topology, raw.from, 'from');
  const to = readCell(topology, raw.to, 'to');
  const mode = raw.recoveryMode ?? 'line';
  const option = raw.recoveryOption ?? raw.option ?? 1;
  const named = Array.isArray(raw.extractionStacks) ? raw.extractionStacks : [];
  if (mode === 'line' && option === 2) {
    const listed = packMove(Kind.recoverWindow, from, to, NO_CELL);
    const collapsed = readCells(topology, raw.collapsePositions, 'collapsePositions');
    return legal.includes(listed) && sameSet(collapsed, collapsedCells(s, listed)) ? listed : null;
  }
  if (named.length > 1) throw new RulesError('MOVE_INVALID', 'extractionStacks names more than one stack');
  const payer =
    named.length === 1 ? readKey(topology, named[0], 'extractionStacks') : (order?.firstWithBuried(s, s.player) ?? -1);
  if (payer < 0) throw new RulesError('MOVE_INVALID', 'extractionStacks names no stack that pays');
  const kind =
    mode === 'fallback' ? Kind.recoverFallback : mode === 'stack_strike' ? Kind.recoverStrike : Kind.recoverLine;
  return packMove(kind, from, to, payer);
}

interface RecordedLine {
  readonly cells: readonly number[];
  readonly collapsed: readonly number[] | null;
}

function readLine(s: State, raw: RawMove): RecordedLine {
  const { topology } = s.rules;
  const line = Array.isArray(raw.formedLines) ? (raw.formedLines[0] as RawMove | undefined) : undefined;
  const cells = readCells(topology, line?.positions, 'formedLines[0].positions');
  const collapsed =
    Array.isArray(raw.collapsedMarkers) && raw.collapsedMarkers.length > 0
      ? readCells(topology, raw.collapsedMarkers, 'collapsedMarkers')
      : null;
  return { cells, collapsed };
}

function packLine(s: State, type: MoveType, raw: RawMove): number | null {
  const { cells, collapsed } = readLine(s, raw);
  lines.length = 0;
  listLines(s, s.player, lines);
  for (let i = 0; i < lines.length; i++) {
    const move = lines.moves[i];
    if (MOVE_TYPES[kindOf(move)] !== type || !sameSet(cells, lineOf(s, move))) continue;
    if (type === 'process_line' || sameSet(collapsed ?? cells, collapsedCells(s, move))) return move;
  }
  return null;
}

function packRegion(s: State, raw: RawMove): number | null {
  const cells = readRegion(s, raw);
  const to = cells === null ? readCell(s.rules.topology, raw.to, 'to') : -1;
  for (let i = 0; i < legal.length; i++) {
    const move = legal.moves[i];
    if (kindOf(move) !== Kind.territory) continue;
    const region = regionOf(s, move);
    if (cells === null ? region.includes(to) : sameSet(cells, region)) return move;
  }
  return null;
}

/** The recorded cells; null when the record names its region by `to` alone. */
function readRegion(s: State, raw: RawMove): number[] | null {
  if (!Array.isArray(raw.disconnectedRegions) || raw.disconnectedRegions.length === 0) return null;
  const region = raw.disconnectedRegions[0] as RawMove | undefined;
  return readCells(s.rules.topology, region?.spaces, 'disconnectedRegions[0].spaces');
}

function sameSet(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  const set = new Set(a);
  return b.every((cell) => set.has(cell));
}

// ---- variants -------------------------------------------------------------------------------------------------------

function asVariant(s: State, type: MoveType, raw: RawMove, packed: number | null): Interpretation | null {
  const played = (variant: VariantName, move: number, effect: (state: State) => void): Interpretation => ({
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
      const accepted = s.phase === Phase.placement && s.hand[s.player] > 0;
      return accepted ? { move, variant: 'unlisted-skip', play: (state) => apply(state, move) } : null;
    }
    case 'process_line':
    case 'choose_line_option':
      return s.phase === Phase.lines ? lineVariant(s, type, raw, packed, played) : null;
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
      return s.phase === Phase.territory && !s.owesRegion ? regionVariant(s, raw, played) : null;
    case 'recovery_slide':
      return s.phase === Phase.movement ? windowVariant(s, raw, played) : null;
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

type Played = (variant: VariantName, move: number, effect: (state: State) => void) => Interpretation;

/**
 * An elimination where nothing, or something else, was due: a cap without context (docs/rules.md D6), a ring for no
 * line.
 */
function eliminationVariant(s: State, packed: number, played: Played): Interpretation | null {
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

function lineVariant(
  s: State,
  type: MoveType,
  raw: RawMove,
  packed: number | null,
  played: Played,
): Interpretation | null {
  if (packed !== null) {
    // A listed line, processed while a ring is still owed for another (docs/rules.md D7).
    return { move: packed, variant: 'line-while-owed', play: (state) => apply(state, packed) };
  }
  const { cells, collapsed } = readLine(s, raw);
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
    return played('idle-process-line', move, collapse([], false));
  }
  if (whole) {
    const listed = isListedExactLine(s, cells);
    return played(listed ? 'whole-exact-line' : 'unlisted-line', move, collapse(cells, cells.length >= lineLength));
  }
  if (collapsed?.every((cell) => cells.includes(cell)))
    return played('unlisted-line', move, collapse(collapsed, false));
  return null;
}

function isListedExactLine(s: State, cells: readonly number[]): boolean {
  for (let i = 0; i < lines.length; i++) {
    const move = lines.moves[i];
    if (kindOf(move) === Kind.processLine && sameSet(cells, lineOf(s, move))) return true;
  }
  return false;
}

/** The cells are markers of the player, in one straight run. */
function isOwnRun(s: State, cells: readonly number[]): boolean {
  const { topology } = s.rules;
  if (cells.length < 2 || !cells.every((cell) => s.content[cell] === s.player)) return false;
  const sorted = [...cells].sort((p, q) => p - q);
  const direction = topology.direction[sorted[0] * topology.cells + sorted[1]];
  return (
    direction >= 0 &&
    sorted.every((cell, i) => i === 0 || topology.step[direction * topology.cells + sorted[i - 1]] === cell)
  );
}

/**
 * The geometry of a recorded region is trusted as long as its cells are open and a stack outside can pay; a region that
 * cannot be paid for, or that does not exist, changes nothing and the phase stays (docs/rules.md §7.3).
 */
function regionVariant(s: State, raw: RawMove, played: Played): Interpretation | null {
  const region = readRegion(s, raw);
  if (region?.some((cell) => s.content[cell] > COLLAPSED)) return null;
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
function windowVariant(s: State, raw: RawMove, played: Played): Interpretation | null {
  const { topology, lineLength } = s.rules;
  if ((raw.recoveryOption ?? raw.option) !== 2) return null;
  const from = readCell(topology, raw.from, 'from');
  const to = readCell(topology, raw.to, 'to');
  const window = readCells(topology, raw.collapsePositions, 'collapsePositions');
  if (!legal.includes(packMove(Kind.skipRecovery)) || s.content[from] !== s.player || s.content[to] !== 0) return null;
  if (!isNeighbour(s, from, to)) return null;
  const run = recoveryRun(s, s.player, from, to, 'first');
  const cells: number[] = [];
  for (let i = 0, cell = run.start; i < run.length; i++, cell = topology.step[run.direction * topology.cells + cell])
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
