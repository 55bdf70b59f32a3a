/**
 * The original's vector of twenty global features (docs/upstream-formats.md §4.4), feature version 2 as its exports
 * write it. Ring counts are divided by the rings of a player.
 */
import { Phase } from '../../../engine/phases.ts';
import type { State } from '../../../engine/state.ts';
import type { AiServiceEncoderId } from './frames.ts';

export const GLOBALS = 20;

/** Cells the original divides collapsed counts by, whatever the board: an older hexagonal board had 397. */
const COLLAPSED_WHOLE = 397;
const MARKERS_WHOLE = 50;
const STACKS_WHOLE = 30;

/** Writes twenty numbers at `offset` of `out`, overwriting what was there. Allocates nothing. */
export function writeGlobals(id: AiServiceEncoderId, s: State, out: Float32Array, offset: number): void {
  out.fill(0, offset, offset + GLOBALS);
  const me = s.player;
  const rival = rivalOf(s);
  const { supply } = s.rules;
  const square = id === 'square_v2';
  const phase = phaseFeature(s.phase, square);
  if (phase >= 0) out[offset + phase] = 1;
  out[offset + 5] = s.hand[me] / supply;
  out[offset + 6] = s.hand[rival] / supply;
  out[offset + 7] = s.eliminated[me] / supply;
  out[offset + 8] = s.eliminated[rival] / supply;
  out[offset + 9] = 1;
  const chain = s.phase === Phase.chain ? 1 : 0;
  const forced = s.phase === Phase.forced ? 1 : 0;
  if (square) {
    out[offset + 10] = chain;
    out[offset + 11] = forced;
  } else if (id === 'hex_v3') writeShares(s, out, offset, chain, forced);
  else writeCounts(s, out, offset, chain, forced);
}

/** Index 0–4 of the phase's flag, −1 for none: on squares the two late phases have flags of their own instead. */
function phaseFeature(phase: number, square: boolean): number {
  switch (phase) {
    case Phase.placement:
      return 0;
    case Phase.movement:
      return 1;
    case Phase.capture:
      return 2;
    case Phase.chain:
      return square ? -1 : 2;
    case Phase.lines:
      return 3;
    case Phase.territory:
      return 4;
    case Phase.forced:
      return square ? -1 : 4;
    default:
      return -1;
  }
}

function writeCounts(s: State, out: Float32Array, offset: number, chain: number, forced: number): void {
  const me = s.player;
  out[offset + 10] = s.rules.players === 3 ? 1 : 0;
  out[offset + 11] = s.rules.players === 4 ? 1 : 0;
  out[offset + 12] = Math.min(s.collapsed[me] / COLLAPSED_WHOLE, 1);
  out[offset + 13] = Math.min((sum(s.collapsed) - s.collapsed[me]) / COLLAPSED_WHOLE, 1);
  out[offset + 14] = Math.min(s.markers[me] / MARKERS_WHOLE, 1);
  out[offset + 15] = Math.min((sum(s.markers) - s.markers[me]) / MARKERS_WHOLE, 1);
  out[offset + 16] = Math.min(s.controlled[me] / STACKS_WHOLE, 1);
  out[offset + 17] = Math.min((s.stacks - s.controlled[me]) / STACKS_WHOLE, 1);
  out[offset + 18] = chain;
  out[offset + 19] = forced;
}

function writeShares(s: State, out: Float32Array, offset: number, chain: number, forced: number): void {
  const me = s.player;
  const markers = sum(s.markers);
  const collapsed = sum(s.collapsed);
  out[offset + 10] = Math.min(markers / MARKERS_WHOLE, 1);
  out[offset + 11] = Math.min(s.stacks / STACKS_WHOLE, 1);
  out[offset + 12] = collapsed === 0 ? 0 : s.collapsed[me] / collapsed;
  out[offset + 13] = markers === 0 ? 0 : s.markers[me] / markers;
  out[offset + 14] = s.stacks === 0 ? 0 : s.controlled[me] / s.stacks;
  out[offset + 15] = chain;
  out[offset + 16] = forced;
}

const sum = (bySeat: Int32Array): number => bySeat[1] + bySeat[2] + bySeat[3] + bySeat[4];

/** The one opponent the globals know: the other player, or the one furthest on the way to any victory. */
function rivalOf(s: State): number {
  if (s.rules.players === 2) return 3 - s.player;
  let rival = 0;
  let best = -1;
  for (let p = 1; p <= s.rules.players; p++) {
    if (p === s.player) continue;
    const progress = progressOf(s, p);
    if (progress > best) {
      best = progress;
      rival = p;
    }
  }
  return rival;
}

/** 0…1; a running series of exclusive rounds counts as 0.90 and more (docs/upstream-formats.md §4.4). */
function progressOf(s: State, player: number): number {
  const { victoryThreshold, territoryMinimum, lpsRounds } = s.rules;
  const rings = Math.min(s.eliminated[player] / victoryThreshold, 1);
  const territory = Math.min(s.territory[player] / territoryMinimum, 1);
  let rounds = 0;
  if (s.lpsHolder === player && s.lpsCount > 0 && lpsRounds > 0) {
    rounds = s.lpsCount >= lpsRounds ? 1 : 0.9 + 0.09 * Math.min(1, s.lpsCount / Math.max(1, lpsRounds - 1));
  }
  return Math.max(rings, territory, rounds);
}
