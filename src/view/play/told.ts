/** What a move did to stacks that are gone or another player's afterwards: a board alone does not show why. */
import { at } from '../../core/at.ts';
import { fieldA, fieldB, fieldC, Kind, kindOf } from '../../engine/moves.ts';
import { cellName } from '../../engine/notation.ts';
import type { State } from '../../engine/state.ts';

/** Who controls the stack on each cell, seats from 1 on; 0 without a stack. What `stackNews` needs of the position before. */
export const stackOwners = (s: State): Uint8Array =>
  Uint8Array.from(s.height, (height, cell) => (height === 0 ? 0 : s.controller(cell)));

/** One sentence for every stack that stood before `move` and is gone or somebody else's after it. `s`: the position after. */
export function stackNews(before: Uint8Array, move: number, s: State): string[] {
  const { topology } = s.rules;
  const kind = kindOf(move);
  const [from, target, landing] = [fieldA(move), fieldB(move), fieldC(move)];
  const captures = kind === Kind.capture || kind === Kind.chain;
  const travels = captures || kind === Kind.move;
  const after = stackOwners(s);
  const told: string[] = [];
  const say = (cell: number, what: string): void => void told.push(`${cellName(topology, cell)}: ${what}.`);
  if (travels) {
    const end = captures ? landing : target;
    if (after[end] === 0) say(end, 'landing on a marker takes the top ring, and this stack had no other');
    else if (after[end] !== before[from]) say(end, `landing on a marker took the top ring, ${nowOf(after, end)}`);
  }
  for (let cell = 0; cell < before.length; cell++) {
    if (before[cell] === 0 || after[cell] === before[cell] || (travels && cell === from)) continue;
    if (after[cell] === 0) say(cell, whyGone(captures && cell === target, kind));
    else if (kind === Kind.place) say(cell, `a ring was placed on top, ${nowOf(after, cell)}`);
    else say(cell, `its top ring is gone, ${nowOf(after, cell)}`);
  }
  return told;
}

const nowOf = (owners: Uint8Array, cell: number): string => `so player ${at(owners, cell)} controls the stack now`;

function whyGone(captured: boolean, kind: number): string {
  if (captured) return 'its last ring was captured and lies under the stack that jumped over it';
  if (kind === Kind.territory) return 'the region collapsed with the stack in it, and its rings are out';
  if (kind === Kind.forcedElimination)
    return 'no other move was possible, so the stack gave up its cap, which was all of it';
  if (kind === Kind.eliminateLine) return 'it paid for the line with its last ring';
  if (kind === Kind.eliminateTerritory) return 'it paid for the region with its cap, which was all of it';
  return 'its last ring is out';
}
