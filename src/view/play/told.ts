/** What a move did to stacks that are gone afterwards: a board alone does not show why. */
import { at } from '../../core/at.ts';
import { fieldA, fieldB, fieldC, Kind, kindOf } from '../../engine/moves.ts';
import { cellName } from '../../engine/notation.ts';
import type { State } from '../../engine/state.ts';

/** Heights of all stacks, 0 elsewhere: what `vanished` needs of the position before. */
export const heightsOf = (s: State): Uint8Array => Uint8Array.from(s.height);

/** One sentence for every stack that stood before `move` and is gone after it. `s` is the position after. */
export function vanished(before: Uint8Array, move: number, s: State): string[] {
  const { topology } = s.rules;
  const kind = kindOf(move);
  const [from, target, landing] = [fieldA(move), fieldB(move), fieldC(move)];
  const captures = kind === Kind.capture || kind === Kind.chain;
  const travels = captures || kind === Kind.move;
  const told: string[] = [];
  const end = captures ? landing : target;
  if (travels && at(s.height, end) === 0) {
    told.push(`${cellName(topology, end)}: landing on a marker takes the top ring, and this stack had no other.`);
  }
  for (let cell = 0; cell < before.length; cell++) {
    if (before[cell] === 0 || at(s.height, cell) > 0 || (travels && cell === from)) continue;
    told.push(`${cellName(topology, cell)}: ${whyGone(captures && cell === target, kind)}.`);
  }
  return told;
}

function whyGone(captured: boolean, kind: number): string {
  if (captured) return 'its last ring was captured and lies under the stack that jumped over it';
  if (kind === Kind.territory) return 'the region collapsed with the stack in it, and its rings are out';
  if (kind === Kind.forcedElimination)
    return 'no other move was possible, so the stack gave up its cap, which was all of it';
  if (kind === Kind.eliminateLine) return 'it paid for the line with its last ring';
  if (kind === Kind.eliminateTerritory) return 'it paid for the region with its cap, which was all of it';
  return 'its last ring is out';
}
