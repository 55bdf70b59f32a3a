/** The only bridge from an untrusted description of a position to a playable one. */
import { RulesError } from './errors.ts';
import { Phase } from './phases.ts';
import type { Rules } from './rules.ts';
import { STACK, State } from './state.ts';

export interface SeatSetup {
  readonly hand: number;
  readonly eliminated: number;
  readonly territory: number;
}

/** A position as somebody describes it. Cells are cell numbers of the board; rings are listed top to bottom. */
export interface Setup {
  readonly seats: readonly SeatSetup[];
  readonly stacks: readonly { readonly cell: number; readonly rings: readonly number[] }[];
  readonly markers: readonly { readonly cell: number; readonly player: number }[];
  readonly collapsed: readonly { readonly cell: number; readonly player: number }[];
  readonly player: number;
  readonly phase: number;
  readonly mustMove?: number;
  readonly attacker?: number;
  readonly owesLine?: boolean;
  readonly owesRegion?: boolean;
  readonly acted?: boolean;
  readonly recovered?: boolean;
  readonly movedMask?: number;
  readonly lastActor?: number;
}

/**
 * Builds the position. Throws SETUP_INVALID naming the first thing wrong: a cell with two contents, a player outside
 * the game, an obligation without its stack, rings that do not conserve (unless `conserve` is false: test positions).
 */
export function createState(rules: Rules, setup: Setup, conserve = true): State {
  const fail = (what: string): never => {
    throw new RulesError('SETUP_INVALID', what);
  };
  const key = (cell: number): string => rules.topology.keys[cell] ?? `#${cell}`;
  const s = new State(rules);
  const checkPlayer = (player: number, what: string): void => {
    if (!Number.isInteger(player) || player < 1 || player > rules.players)
      fail(`${what}: no player ${player} among ${rules.players}`);
  };
  const checkFree = (cell: number): void => {
    if (!Number.isInteger(cell) || cell < 0 || cell >= rules.topology.cells)
      fail(`no cell ${key(cell)} on ${rules.board}`);
    if (s.content[cell] !== 0) fail(`cell ${key(cell)} holds two things`);
  };

  if (setup.seats.length !== rules.players) fail(`${setup.seats.length} players in a game of ${rules.players}`);
  setup.seats.forEach((seat, i) => {
    for (const [name, value] of Object.entries(seat)) {
      if (!Number.isInteger(value) || value < 0 || value > 1023) fail(`player ${i + 1}: ${name} is ${value}`);
    }
    s.hand[i + 1] = seat.hand;
    s.eliminated[i + 1] = seat.eliminated;
  });
  for (const { cell, rings } of setup.stacks) {
    checkFree(cell);
    if (rings.length === 0) fail(`empty stack on ${key(cell)}`);
    for (let i = rings.length - 1; i >= 0; i--) {
      checkPlayer(rings[i], `ring on ${key(cell)}`);
      if (totalRings(s) >= rules.ringCapacity)
        fail(`more rings on the board than the ${rules.ringCapacity} of the game`);
      s.pushTop(cell, rings[i]);
    }
  }
  for (const { cell, player } of setup.markers) {
    checkFree(cell);
    checkPlayer(player, `marker on ${key(cell)}`);
    s.setMarker(cell, player);
  }
  for (const { cell, player } of setup.collapsed) {
    checkFree(cell);
    checkPlayer(player, `collapsed cell ${key(cell)}`);
    s.collapse(cell, player);
  }
  setup.seats.forEach((seat, i) => {
    s.territory[i + 1] = seat.territory;
  });
  if (conserve) checkConservation(s);

  checkPlayer(setup.player, 'player on turn');
  if (!(setup.phase >= Phase.placement && setup.phase <= Phase.forced))
    fail(`phase ${setup.phase} cannot be played from`);
  s.player = setup.player;
  s.phase = setup.phase;
  const ownStack = (cell: number | undefined, what: string): number => {
    if (cell === undefined || cell < 0) return -1;
    if (s.content[cell] !== STACK + s.player) fail(`${what} ${key(cell)} is no stack of player ${s.player}`);
    return cell;
  };
  s.mustMove = ownStack(setup.mustMove, 'must-move stack');
  s.attacker = ownStack(setup.attacker, 'capturing stack');
  if ((s.phase === Phase.capture || s.phase === Phase.chain) && s.attacker < 0)
    fail('a capture is due but no stack is named for it');
  s.owesLine = setup.owesLine ?? false;
  s.owesRegion = setup.owesRegion ?? false;
  s.acted = setup.acted ?? false;
  s.recovered = setup.recovered ?? false;
  s.movedMask = setup.movedMask ?? 0;
  s.lastActor = setup.lastActor ?? 0;
  return s;
}

function totalRings(s: State): number {
  return s.onBoard[1] + s.onBoard[2] + s.onBoard[3] + s.onBoard[4];
}

/** Every ring is in hand, on the board or credited to somebody; none of a colour beyond its supply. */
function checkConservation(s: State): void {
  let all = 0;
  for (let p = 1; p <= s.rules.players; p++) {
    all += s.hand[p] + s.onBoard[p] + s.eliminated[p];
    if (s.hand[p] + s.onBoard[p] > s.rules.supply) {
      throw new RulesError(
        'SETUP_INVALID',
        `player ${p} has ${s.hand[p] + s.onBoard[p]} rings of a supply of ${s.rules.supply}`,
      );
    }
  }
  const expected = s.rules.supply * s.rules.players;
  if (all !== expected)
    throw new RulesError('SETUP_INVALID', `rings do not conserve: ${all} accounted for, ${expected} in the game`);
}
