import {
  captureStack,
  cellsBetween,
  collapseLine,
  collapseRegion,
  moveStack,
  payBuried,
  payCap,
  payLine,
  place,
  slideFallback,
  slideIntoLine,
  slideIntoWindow,
  slideStrike,
} from './effects.ts';
import { legalMoves } from './legal.ts';
import { anyStackCanMove, hasCapture } from './mobility.ts';
import { fieldA, fieldB, fieldC, isBookkeeping, isPassive, Kind, kindOf, MoveList, packMove } from './moves.ts';
import { Detector, Outcome, Phase } from './phases.ts';
import { addBorder, regionCells } from './regions.ts';
import { STACK, type State } from './state.ts';
import { afterLines, afterNoLine, afterRegionPaid, afterTerritory, endTurn, enterLines } from './turn.ts';
import { countRound, testVictory } from './victory.ts';

const cells = new Int16Array(512);

/**
 * Plays a move, which must be legal in `s` (it is not checked), and everything the rules do by themselves after it:
 * phase, end of turn, rotation, the victory tests and round count of docs/upstream-formats.md §10.6. Allocates nothing.
 */
export function apply(s: State, move: number): void {
  beginMove(s, kindOf(move));
  const { player, phase } = s;
  play(s, move);
  endMove(s, player, phase);
}

/** Marks what the turn logic remembers of a move; the rest of the turn may depend on it. */
export function beginMove(s: State, kind: number): void {
  if (!isPassive(kind)) s.acted = true;
  if (kind >= Kind.recoverLine && kind <= Kind.recoverStrike) s.recovered = true;
}

/** The tests made after every move: immediate victory even in mid-turn, then the round count at a turn's start. */
export function endMove(s: State, player: number, phaseBefore: number): void {
  s.ply++;
  s.lastActor = player;
  s.movedMask |= 1 << (player - 1);
  for (let p = 1; p <= s.rules.players; p++) if (s.goneAt[p] === 0 && !s.hasMaterial(p)) s.goneAt[p] = s.ply;
  if (s.phase === Phase.over || testVictory(s, Detector.host)) return;
  if (s.phase === Phase.placement && phaseBefore !== Phase.placement) {
    const winner = countRound(s);
    if (winner > 0) s.end(winner, Outcome.lpsRounds, Detector.lps);
  }
}

function play(s: State, move: number): void {
  const a = fieldA(move);
  const b = fieldB(move);
  switch (kindOf(move)) {
    case Kind.place:
      place(s, a, b);
      s.mustMove = anyStackCanMove(s, s.player, a) ? a : -1;
      s.phase = Phase.movement;
      return;
    case Kind.skipPlacement:
    case Kind.noPlacement:
      s.phase = Phase.movement;
      return;
    case Kind.swap:
      return;
    case Kind.move:
      moveStack(s, a, b);
      follow(s, a, b);
      if (ownsCapture(s, b)) openCapture(s, b, Phase.capture);
      else enterLines(s);
      return;
    case Kind.capture:
    case Kind.chain: {
      const landing = fieldC(move);
      captureStack(s, a, b, landing);
      follow(s, a, landing);
      if (ownsCapture(s, landing)) openCapture(s, landing, Phase.chain);
      else enterLines(s);
      return;
    }
    case Kind.skipCapture:
      s.phase = Phase.lines;
      s.attacker = -1;
      return;
    case Kind.recoverLine:
      slideIntoLine(s, a, b, fieldC(move));
      enterLines(s);
      return;
    case Kind.recoverWindow:
      slideIntoWindow(s, a, b);
      enterLines(s);
      return;
    case Kind.recoverFallback:
      slideFallback(s, a, b, fieldC(move));
      enterLines(s);
      return;
    case Kind.recoverStrike:
      slideStrike(s, a, b, fieldC(move));
      enterLines(s);
      return;
    case Kind.skipRecovery:
    case Kind.noMovement:
      enterLines(s);
      return;
    case Kind.processLine:
    case Kind.lineAll:
      playLine(s, cellsBetween(s, a, b, cells), true);
      return;
    case Kind.lineWindow:
      playLine(s, windowCells(s, a, b, fieldC(move)), false);
      return;
    case Kind.noLine:
      afterNoLine(s);
      return;
    case Kind.eliminateLine:
      payLine(s, a);
      s.phase = Phase.lines;
      return;
    case Kind.territory:
      playRegion(s, regionCells(s, a, b, cells));
      return;
    case Kind.skipTerritory:
    case Kind.noTerritory:
      afterTerritory(s);
      return;
    case Kind.eliminateTerritory:
      payCap(s, a);
      afterRegionPaid(s);
      return;
    case Kind.eliminateRecovery:
      payBuried(s, a);
      afterRegionPaid(s);
      return;
    case Kind.forcedElimination:
      payCap(s, a);
      endTurn(s);
      return;
    case Kind.resign:
    case Kind.timeout:
      s.end(
        s.rules.players === 2 ? 3 - s.player : 0,
        kindOf(move) === Kind.resign ? Outcome.resignation : Outcome.timeout,
        Detector.engine,
      );
      return;
  }
}

function playLine(s: State, count: number, whole: boolean): void {
  collapseLine(s, cells, count, whole);
  afterLines(s);
}

function playRegion(s: State, size: number): void {
  collapseRegion(s, cells, size, addBorder(s, cells, size));
  s.phase = Phase.territory;
}

/** The `lineLength` cells from `window` towards `last`, into `cells`. */
function windowCells(s: State, first: number, last: number, window: number): number {
  const { topology, lineLength } = s.rules;
  const base = topology.direction[first * topology.cells + last] * topology.cells;
  for (let i = 0, cell = window; i < lineLength; i++, cell = topology.step[base + cell]) cells[i] = cell;
  return lineLength;
}

/** The must-move obligation travels with its stack. */
function follow(s: State, from: number, to: number): void {
  if (s.mustMove === from) s.mustMove = to;
}

function ownsCapture(s: State, cell: number): boolean {
  return s.content[cell] === STACK + s.player && hasCapture(s, cell);
}

function openCapture(s: State, cell: number, phase: number): void {
  s.attacker = cell;
  s.phase = phase;
}

/**
 * Plays forced bookkeeping (`no_*_action`) until a decision or the end is reached, and leaves the legal moves of that
 * decision in `legal`. `onForced` sees each move just before it is played, to record it.
 */
export function advance(s: State, legal: MoveList, onForced?: (move: number) => void): void {
  for (;;) {
    legalMoves(s, legal);
    if (legal.length !== 1 || !isBookkeeping(kindOf(legal.moves[0]))) return;
    const move = legal.moves[0];
    onForced?.(move);
    apply(s, move);
  }
}

const probe = new MoveList();

/** The move is in the legal set of the position. */
export function isLegal(s: State, move: number): boolean {
  legalMoves(s, probe);
  return probe.includes(move);
}

/** The move of a player who gives up. */
export const RESIGN = packMove(Kind.resign);
