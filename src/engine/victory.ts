/** When a game is over and who won (docs/rules.md §9, docs/upstream-formats.md §10.6). */
import { hasRealAction } from './legal.ts';
import { livePlacements } from './mobility.ts';
import { Outcome } from './phases.ts';
import type { State } from './state.ts';

/**
 * Tests the conditions of docs/rules.md §9.2 in order and ends the game if one holds; `detector` says on whose behalf.
 */
export function testVictory(s: State, detector: number): boolean {
  const { players, victoryThreshold, territoryMinimum } = s.rules;
  let allCollapsed = 0;
  for (let p = 1; p <= players; p++) {
    if (s.eliminated[p] >= victoryThreshold) return finish(s, p, Outcome.ringThreshold, detector);
    allCollapsed += s.collapsed[p];
  }
  for (let p = 1; p <= players; p++) {
    const own = s.collapsed[p];
    if (own >= territoryMinimum && own > allCollapsed - own) return finish(s, p, Outcome.territoryThreshold, detector);
  }
  if (s.stacks > 0) {
    const sole = soleMaterialHolder(s);
    return sole > 0 && finish(s, sole, Outcome.lpsSoleMaterial, detector);
  }
  return !someoneCanPlaceOnBareBoard(s) && finishByLadder(s, detector);
}

function finish(s: State, winner: number, outcome: number, detector: number): boolean {
  s.end(winner, outcome, detector);
  return true;
}

/** The one player who controls stacks, if nobody else has a ring anywhere; else 0. */
function soleMaterialHolder(s: State): number {
  let holder = 0;
  for (let p = 1; p <= s.rules.players; p++) {
    if (!s.hasMaterial(p)) continue;
    if (holder > 0) return 0;
    holder = p;
  }
  return holder > 0 && s.controlled[holder] > 0 ? holder : 0;
}

function someoneCanPlaceOnBareBoard(s: State): boolean {
  let anyHand = false;
  for (let p = 1; p <= s.rules.players; p++) anyHand ||= s.hand[p] > 0;
  if (!anyHand) return false;
  for (let cell = 0; cell < s.content.length; cell++) {
    if (s.content[cell] === 0 && livePlacements(s, cell, 1) !== 0) return true;
  }
  return false;
}

/** Bare board and nobody can place: most territory, then rings (hands counted), then markers, then the last actor. */
function finishByLadder(s: State, detector: number): boolean {
  const score = (of: (p: number) => number): number => soleLeader(s.rules.players, of);
  const byTerritory = score((p) => s.collapsed[p]);
  if (byTerritory) return finish(s, byTerritory, Outcome.stalemateTerritory, detector);
  const byRings = score((p) => s.eliminated[p] + s.hand[p]);
  if (byRings) return finish(s, byRings, Outcome.stalemateRings, detector);
  const byMarkers = score((p) => s.markers[p]);
  if (byMarkers) return finish(s, byMarkers, Outcome.stalemateMarkers, detector);
  const seatBefore = ((s.player - 2 + s.rules.players) % s.rules.players) + 1;
  return finish(s, s.lastActor || seatBefore, Outcome.stalemateLastActor, detector);
}

/** The player with the strictly largest positive score, 0 on a tie. */
function soleLeader(players: number, of: (p: number) => number): number {
  let best = 0;
  let leader = 0;
  for (let p = 1; p <= players; p++) {
    const value = of(p);
    if (value > best) {
      best = value;
      leader = p;
    } else if (value === best) leader = 0;
  }
  return leader;
}

/**
 * Last player standing by rounds (docs/rules.md §9.4), called each time a move has led into ring_placement from another
 * phase; so it never sees player 1's very first turn. Returns the player who wins by it, 0 if none.
 */
export function countRound(s: State): number {
  const required = s.rules.lpsRounds;
  const current = s.player;
  if (required <= 0 || !s.hasMaterial(current)) return 0;
  const bit = 1 << (current - 1);
  const first = s.lpsFirst;
  if (first === 0 || !s.hasMaterial(first)) {
    openRound(s, current);
    if (s.lpsHolder === 0 || !s.hasMaterial(s.lpsHolder)) {
      s.lpsCount = 0;
      s.lpsHolder = 0;
    }
  } else if (current === first && s.lpsMask !== 0) {
    closeRound(s);
    openRound(s, current);
  }
  // Bits 4–7 of the mask: who has been on turn this round; bits 0–3: who of them had a real action.
  const acts = hasRealAction(s, current);
  s.lpsMask = (s.lpsMask & ~bit) | (bit << 4) | (acts ? bit : 0);
  if (s.lpsCount < required || current !== s.lpsHolder || !acts) return 0;
  for (let p = 1; p <= s.rules.players; p++) {
    if (p !== current && s.hasMaterial(p) && hasRealAction(s, p)) return 0;
  }
  return current;
}

function openRound(s: State, first: number): void {
  s.lpsRound++;
  s.lpsFirst = first;
  s.lpsMask = 0;
}

/** A round counts for the only player with material who had a real action in it. */
function closeRound(s: State): void {
  let exclusive = 0;
  for (let p = 1; p <= s.rules.players; p++) {
    if (!s.hasMaterial(p) || (s.lpsMask & (1 << (p - 1))) === 0) continue;
    if (exclusive > 0) {
      s.lpsCount = 0;
      s.lpsHolder = 0;
      return;
    }
    exclusive = p;
  }
  if (exclusive === 0) s.lpsCount = 0;
  else if (exclusive === s.lpsHolder) s.lpsCount++;
  else s.lpsCount = 1;
  s.lpsHolder = exclusive;
}
