/** The legal set of a position (docs/upstream-formats.md §10.4), in an order that depends on the position alone. */
import { listLines } from './lines.ts';
import { anyPlacement, anyStackCanMove, listCaptures, listMoves } from './mobility.ts';
import { Kind, type MoveList, packMove } from './moves.ts';
import { Phase } from './phases.ts';
import { listPlacementPhase } from './placement.ts';
import { listRecovery, recoveryEligible } from './recovery.ts';
import { listRegions } from './regions.ts';
import { COLLAPSED, STACK, type State } from './state.ts';

/**
 * Fills `out` with the legal moves; empty only when the game is over. Never allocates once `out` has grown to the
 * largest list met. Recovery slides appear once per stack that can pay.
 */
export function legalMoves(s: State, out: MoveList): void {
  out.length = 0;
  switch (s.phase) {
    case Phase.placement:
      listPlacementPhase(s, out);
      break;
    case Phase.movement:
      listMovementPhase(s, out);
      break;
    case Phase.capture:
      listCaptures(s, s.attacker, Kind.capture, out);
      out.push(packMove(Kind.skipCapture));
      break;
    case Phase.chain:
      listCaptures(s, s.attacker, Kind.chain, out);
      break;
    case Phase.lines:
      listLinePhase(s, out);
      break;
    case Phase.territory:
      listTerritoryPhase(s, out);
      break;
    case Phase.forced:
      listControlled(s, Kind.forcedElimination, out);
      break;
  }
}

function listMovementPhase(s: State, out: MoveList): void {
  const player = s.player;
  if (s.mustMove >= 0) {
    listMoves(s, s.mustMove, out);
    listCaptures(s, s.mustMove, Kind.capture, out);
  } else if (s.controlled[player] > 0) {
    const own = STACK + player;
    const content = s.content;
    for (let cell = 0; cell < content.length; cell++) if (content[cell] === own) listMoves(s, cell, out);
    for (let cell = 0; cell < content.length; cell++)
      if (content[cell] === own) listCaptures(s, cell, Kind.capture, out);
  } else if (recoveryEligible(s, player)) {
    listRecovery(s, out);
  }
  if (out.length === 0) out.push(packMove(Kind.noMovement));
}

function listLinePhase(s: State, out: MoveList): void {
  if (s.owesLine) listControlled(s, Kind.eliminateLine, out);
  else listLines(s, s.player, out);
  if (out.length === 0) out.push(packMove(Kind.noLine));
}

function listTerritoryPhase(s: State, out: MoveList): void {
  if (s.owesRegion) {
    if (s.recovered) listBuried(s, out);
    else listControlled(s, Kind.eliminateTerritory, out);
  } else {
    listRegions(s, s.player, out);
    if (out.length > 0) out.push(packMove(Kind.skipTerritory));
  }
  if (out.length === 0) out.push(packMove(Kind.noTerritory));
}

function listControlled(s: State, kind: number, out: MoveList): void {
  const own = STACK + s.player;
  const content = s.content;
  for (let cell = 0; cell < content.length; cell++) if (content[cell] === own) out.push(packMove(kind, cell));
}

/** After a recovery slide a region is paid for with a buried ring, from any stack that holds one. */
function listBuried(s: State, out: MoveList): void {
  const content = s.content;
  for (let cell = 0; cell < content.length; cell++) {
    if (content[cell] > STACK && content[cell] <= COLLAPSED && s.hasBuried(cell, s.player)) {
      out.push(packMove(Kind.eliminateRecovery, cell));
    }
  }
}

/** A placement, move or capture is open to the player: what last-player-standing rounds count as a real action. */
export function hasRealAction(s: State, player: number): boolean {
  const only = player === s.player ? s.mustMove : -1;
  return anyPlacement(s, player) || anyStackCanMove(s, player, only);
}
