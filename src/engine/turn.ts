/** Phases and turns: what follows a move (docs/rules.md §3.2, §10). */
import { hasLine } from './lines.ts';
import { Detector, Phase } from './phases.ts';
import { hasRegion } from './regions.ts';
import type { State } from './state.ts';
import { testVictory } from './victory.ts';

export function enterLines(s: State): void {
  s.phase = Phase.lines;
  s.mustMove = -1;
  s.attacker = -1;
}

/** After a line was processed, or no line was left to process: on to territory unless lines or a debt remain. */
export function afterLines(s: State): void {
  if (s.owesLine || hasLine(s, s.player)) {
    s.phase = Phase.lines;
    return;
  }
  leaveLines(s);
}

/** `no_line_action` leaves whatever is owed behind (docs/rules.md D8: never generated so). */
export function afterNoLine(s: State): void {
  if (hasLine(s, s.player)) s.phase = Phase.lines;
  else leaveLines(s);
}

function leaveLines(s: State): void {
  if (!s.acted && s.controlled[s.player] > 0 && !hasRegion(s, s.player)) {
    s.phase = Phase.forced;
    return;
  }
  s.phase = Phase.territory;
  s.mustMove = -1;
  s.attacker = -1;
}

/** After `no_territory_action` or `skip_territory_processing`: who did nothing all turn must give up a cap. */
export function afterTerritory(s: State): void {
  s.owesRegion = false;
  if (!s.acted && s.controlled[s.player] > 0) s.phase = Phase.forced;
  else endTurn(s);
}

/** After a region was paid for: more regions, or the end of the turn. */
export function afterRegionPaid(s: State): void {
  s.owesRegion = false;
  if (!hasRegion(s, s.player)) endTurn(s);
}

export function endTurn(s: State): void {
  if (testVictory(s, Detector.engine)) return;
  const next = nextPlayer(s);
  if (next !== s.player) {
    s.acted = false;
    s.recovered = false;
  }
  s.player = next;
  s.phase = Phase.placement;
  s.mustMove = -1;
  s.attacker = -1;
}

/** Next seat in order that has a ring anywhere; the plain next seat if nobody has. */
function nextPlayer(s: State): number {
  const { players } = s.rules;
  for (let i = 1; i <= players; i++) {
    const seat = ((s.player - 1 + i) % players) + 1;
    if (s.hasMaterial(seat)) return seat;
  }
  return (s.player % players) + 1;
}
