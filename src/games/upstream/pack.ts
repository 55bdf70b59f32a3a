/** From the fields of a recorded move to a packed one. */
import { RulesError } from '../../engine/errors.ts';
import { readCell, readCells, readKey } from '../../engine/json/position.ts';
import { listLines } from '../../engine/lines.ts';
import { Kind, kindOf, MOVE_TYPES, MoveList, NO_CELL, packMove } from '../../engine/moves.ts';
import { collapsedCells, lineOf, regionOf } from '../../engine/text.ts';
import { movesOf, type Reading, readLine, readRegion, sameSet } from './reading.ts';

const lines = new MoveList(64);

/** The packed move the record names, legal or not; null if no packed move can express it. */
export function packRaw(reading: Reading): number | null {
  const { s, type, raw } = reading;
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
      return packRecovery(reading);
    case 'process_line':
    case 'choose_line_option':
      return packLine(reading);
    case 'choose_territory_option':
      return packRegion(reading);
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

function packRecovery({ s, raw, legal, order }: Reading): number | null {
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

/** The lines of the player on turn, as the moves that process them. */
export function ownLines({ s }: Reading): Int32Array {
  lines.length = 0;
  listLines(s, s.player, lines);
  return movesOf(lines);
}

function packLine(reading: Reading): number | null {
  const { s, type } = reading;
  const { cells, collapsed } = readLine(reading);
  for (const move of ownLines(reading)) {
    if (MOVE_TYPES[kindOf(move)] !== type || !sameSet(cells, lineOf(s, move))) continue;
    if (type === 'process_line' || sameSet(collapsed ?? cells, collapsedCells(s, move))) return move;
  }
  return null;
}

function packRegion(reading: Reading): number | null {
  const { s, raw, legal } = reading;
  const cells = readRegion(reading);
  const to = cells === null ? readCell(s.rules.topology, raw.to, 'to') : -1;
  for (const move of movesOf(legal)) {
    if (kindOf(move) !== Kind.territory) continue;
    const region = regionOf(s, move);
    if (cells === null ? region.includes(to) : sameSet(cells, region)) return move;
  }
  return null;
}
