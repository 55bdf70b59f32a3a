/** Legal moves of the ring_placement phase (docs/rules.md §4.1–4.3). */
import { anyStackCanMove, availableRings, canPlaceOnStack, livePlacements } from './mobility.ts';
import { Kind, type MoveList, packMove } from './moves.ts';
import { recoveryEligible } from './recovery.ts';
import type { State } from './state.ts';

const MOST_RINGS_PER_PLACEMENT = 3;

export function listPlacementPhase(s: State, out: MoveList): void {
  const player = s.player;
  if (s.hand[player] > 0) {
    listPlacements(s, player, out);
    if (maySkipPlacement(s, player)) out.push(packMove(Kind.skipPlacement));
  }
  if (swapOnOffer(s)) out.push(packMove(Kind.swap));
  if (out.length === 0) out.push(packMove(Kind.noPlacement));
}

function listPlacements(s: State, player: number, out: MoveList): void {
  const most = Math.min(MOST_RINGS_PER_PLACEMENT, availableRings(s, player));
  if (most <= 0) return;
  const content = s.content;
  for (let cell = 0; cell < content.length; cell++) {
    if (content[cell] === 0) {
      const live = livePlacements(s, cell, most);
      // The original expands a cell to two and three rings only where one ring may be placed.
      if ((live & 1) === 0) continue;
      out.push(packMove(Kind.place, cell, 1));
      if (live & 2) out.push(packMove(Kind.place, cell, 2));
      if (live & 4) out.push(packMove(Kind.place, cell, 3));
    } else if (canPlaceOnStack(s, cell, player)) {
      out.push(packMove(Kind.place, cell, 1));
    }
  }
}

function maySkipPlacement(s: State, player: number): boolean {
  return s.controlled[player] === 0 ? recoveryEligible(s, player) : anyStackCanMove(s, player);
}

/** Pie rule: two players, the first has moved, the second has not. */
export function swapOnOffer(s: State): boolean {
  return s.rules.options.swapRuleEnabled === true && s.rules.players === 2 && s.player === 2 && s.movedMask === 1;
}
