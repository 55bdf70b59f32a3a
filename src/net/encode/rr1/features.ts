/**
 * What a position looks like to encoder `rr1`, in compact form: a few bytes per cell and a short vector of counters, from
 * the view of the player on turn. Seats are relative: 0 is the player on turn, 1 the next in seat order, and so on.
 * planes.ts expands it to the planes a network takes in; docs/encoding.md lists both. Any change is a new encoder id.
 *
 *   cells   Uint8[layers × cells], layer by layer, cells in engine order
 *     0       bits 0–3 content: 0 empty, 1–4 marker of seat 0–3, 5–8 stack of seat 0–3, 9–12 collapsed by seat 0–3
 *             bit 4 the stack that must move, bit 5 the stack that may capture
 *             bits 6–7 seat of the ring right below the cap (where rings are buried at all)
 *     1       cap height, at most 255
 *     2 + k   rings of seat k below the cap, at most 255; one layer per player of the game
 *   counters  Int16[COUNTERS], named in Counter
 */
import { BOARD_SPECS, type BoardName } from '../../../engine/boards.ts';
import { Phase } from '../../../engine/phases.ts';
import { swapOnOffer } from '../../../engine/placement.ts';
import { COLLAPSED, STACK, type State } from '../../../engine/state.ts';

export const RR1_ENCODER = 'rr1';

/** Places in the vector of counters. The blocks of four are by relative seat; seats that do not play are 0. */
export const Counter = {
  phase: 0,
  flags: 1,
  players: 2,
  supply: 3,
  victoryThreshold: 4,
  territoryMinimum: 5,
  lpsRounds: 6,
  lineLength: 7,
  hand: 8,
  eliminated: 12,
  territory: 16,
  onBoard: 20,
  /** Relative seat + 1 of the holder of the exclusive rounds so far; 0 nobody. */
  lpsHolder: 24,
  lpsCount: 25,
  /** Bit k: seat k had a real action this round. */
  lpsActed: 26,
  /** Relative seat + 1 of the player who opened the round; 0 none yet. */
  lpsFirst: 27,
  /** Absolute seat of the player on turn, 1-based. */
  seat: 28,
  ply: 29,
} as const;
export const COUNTERS = 30;

/** Bits of Counter.flags. */
export const Flag = {
  owesLine: 1,
  owesRegion: 2,
  recovered: 4,
  acted: 8,
  swapOnOffer: 16,
  /** The pie rule is in force and its moment is still to come. */
  swapAhead: 32,
} as const;

export const CONTENT_MASK = 15;
export const MUST_MOVE_BIT = 16;
export const ATTACKER_BIT = 32;
export const BELOW_SHIFT = 6;
export const FIRST_BURIED_LAYER = 2;

/** Layers of bytes per cell for a number of players. */
export const layersOf = (players: number): number => FIRST_BURIED_LAYER + players;

/** Bytes of the cells of one position. */
export const cellBytes = (board: BoardName, players: number): number => layersOf(players) * BOARD_SPECS[board].cells;

/** Writes the compact form of `s`, overwriting what was there. Allocates nothing. */
export function writeFeatures(
  s: State,
  cells: Uint8Array,
  cellOffset: number,
  counters: Int16Array,
  counterOffset: number,
): void {
  writeCells(s, cells, cellOffset);
  writeCounters(s, counters, counterOffset);
}

function writeCells(s: State, out: Uint8Array, offset: number): void {
  const { content, height, cap } = s;
  const { players } = s.rules;
  const count = content.length;
  const turn = players - s.player;
  out.fill(0, offset + count, offset + layersOf(players) * count);
  for (let cell = 0; cell < count; cell++) {
    const here = content[cell];
    if (here === 0) {
      out[offset + cell] = 0;
      continue;
    }
    if (here <= STACK || here > COLLAPSED) {
      const base = here <= STACK ? 0 : COLLAPSED;
      out[offset + cell] = base + 1 + ((here - base + turn) % players);
      continue;
    }
    const capHeight = cap[cell];
    out[offset + cell] = STACK + 1 + ((here - STACK + turn) % players);
    out[offset + count + cell] = capHeight < 255 ? capHeight : 255;
    if (height[cell] > capHeight) writeBuried(s, cell, turn, out, offset);
  }
  if (s.mustMove >= 0) out[offset + s.mustMove] |= MUST_MOVE_BIT;
  if (s.attacker >= 0) out[offset + s.attacker] |= ATTACKER_BIT;
}

function writeBuried(s: State, cell: number, turn: number, out: Uint8Array, offset: number): void {
  const { nextRing, ringColour } = s;
  const { players } = s.rules;
  const count = s.content.length;
  let ring = s.top[cell];
  for (let i = s.cap[cell]; i > 0; i--) ring = nextRing[ring];
  out[offset + cell] |= ((ringColour[ring] + turn) % players) << BELOW_SHIFT;
  for (; ring >= 0; ring = nextRing[ring]) {
    const at = offset + (FIRST_BURIED_LAYER + ((ringColour[ring] + turn) % players)) * count + cell;
    if (out[at] < 255) out[at]++;
  }
}

function writeCounters(s: State, out: Int16Array, offset: number): void {
  const { rules } = s;
  const { players } = rules;
  out.fill(0, offset, offset + COUNTERS);
  out[offset + Counter.phase] = s.phase;
  out[offset + Counter.flags] = flagsOf(s);
  out[offset + Counter.players] = players;
  out[offset + Counter.supply] = rules.supply;
  out[offset + Counter.victoryThreshold] = rules.victoryThreshold;
  out[offset + Counter.territoryMinimum] = rules.territoryMinimum;
  out[offset + Counter.lpsRounds] = rules.lpsRounds;
  out[offset + Counter.lineLength] = rules.lineLength;
  let acted = 0;
  for (let k = 0; k < players; k++) {
    const p = ((s.player - 1 + k) % players) + 1;
    out[offset + Counter.hand + k] = s.hand[p];
    out[offset + Counter.eliminated + k] = s.eliminated[p];
    out[offset + Counter.territory + k] = s.territory[p];
    out[offset + Counter.onBoard + k] = s.onBoard[p];
    if (s.lpsMask & (1 << (p - 1))) acted |= 1 << k;
  }
  out[offset + Counter.lpsHolder] = relativeSeat(s, s.lpsHolder);
  out[offset + Counter.lpsCount] = s.lpsCount;
  out[offset + Counter.lpsActed] = acted;
  out[offset + Counter.lpsFirst] = relativeSeat(s, s.lpsFirst);
  out[offset + Counter.seat] = s.player;
  out[offset + Counter.ply] = Math.min(s.ply, 32767);
}

function flagsOf(s: State): number {
  const { options, players } = s.rules;
  const swapAhead = options.swapRuleEnabled === true && players === 2 && s.movedMask <= 1 && s.phase !== Phase.over;
  return (
    (s.owesLine ? Flag.owesLine : 0) |
    (s.owesRegion ? Flag.owesRegion : 0) |
    (s.recovered ? Flag.recovered : 0) |
    (s.acted ? Flag.acted : 0) |
    (swapOnOffer(s) && s.phase === Phase.placement ? Flag.swapOnOffer : 0) |
    (swapAhead ? Flag.swapAhead : 0)
  );
}

const relativeSeat = (s: State, player: number): number =>
  player === 0 ? 0 : 1 + ((player - s.player + s.rules.players) % s.rules.players);
