/** What contract vectors assert about a position (docs/upstream-formats.md §10.8). */
import { apply } from '../../src/engine/apply.ts';
import { legalMoves } from '../../src/engine/legal.ts';
import { Kind, kindOf, MoveList } from '../../src/engine/moves.ts';
import { OUTCOMES, PHASES } from '../../src/engine/phases.ts';
import type { State } from '../../src/engine/state.ts';

export function assertions(s: State, before?: Record<string, unknown>): Record<string, unknown> {
  const sum = (of: Int32Array): number => of[1] + of[2] + of[3] + of[4];
  const progress = sum(s.markers) + sum(s.collapsed) + sum(s.eliminated);
  const found: Record<string, unknown> = {
    currentPlayer: s.player,
    currentPhase: PHASES[s.phase],
    gameStatus: s.isOver ? 'completed' : 'active',
    stackCount: s.stacks,
    markerCount: sum(s.markers),
    collapsedCount: sum(s.collapsed),
    progress,
  };
  for (let p = 1; p <= s.rules.players; p++) {
    found[`player${p}RingsInHand`] = s.hand[p];
    found[`player${p}EliminatedRings`] = s.eliminated[p];
    found[`player${p}TerritorySpaces`] = s.territory[p];
  }
  if (before) found.sInvariantDelta = progress - Number(before.progress);
  if (s.isOver) Object.assign(found, { victoryWinner: s.winner, victoryDetail: OUTCOMES[s.outcome] });
  return found;
}

const legal = new MoveList();

/** Plays the bookkeeping of line and territory phases only: what the vectors predate. */
export function advanceUntilDecision(s: State): void {
  for (;;) {
    legalMoves(s, legal);
    const kind = legal.length === 1 ? kindOf(legal.moves[0]) : -1;
    if (kind !== Kind.noLine && kind !== Kind.noTerritory) return;
    apply(s, legal.moves[0]);
  }
}
