/** The proof of the symmetry groups that src/engine/symmetry.ts exports. */
import { describe, expect, it } from 'vitest';
import { apply } from '../../src/engine/apply.ts';
import { BOARDS, type BoardName, PLAYER_COUNTS, type PlayerCount } from '../../src/engine/boards.ts';
import { legalMoves } from '../../src/engine/legal.ts';
import { Kind, kindOf, MoveList } from '../../src/engine/moves.ts';
import { Random } from '../../src/engine/random.ts';
import { createRules } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';
import {
  geometricSymmetries,
  SYMMETRIES,
  symmetryTable,
  transformMove,
  transformState,
} from '../../src/engine/symmetry.ts';

/** Symmetries that were seen to break the rules in random games: by the legal set, or by transform-then-apply. */
function broken(board: BoardName, players: PlayerCount, games: number): Set<number> {
  const rules = createRules(board, players);
  const [s, image, next, nextImage] = Array.from({ length: 4 }, () => new State(rules));
  const legal = new MoveList();
  const legalImage = new MoveList();
  const found = new Set<number>();
  const sorted = (moves: Iterable<number>): number[] => [...moves].sort((a, b) => a - b);
  for (let game = 0; game < games; game++) {
    const random = new Random(0x5177, game, players);
    s.reset();
    while (!s.isOver) {
      legalMoves(s, legal);
      const moves = Array.from(legal.moves.subarray(0, legal.length));
      const move = moves[random.below(moves.length)];
      // Recovery slides into lines follow a fixed order of axes; the group is stated without them.
      if (!moves.some((m) => kindOf(m) === Kind.skipRecovery)) {
        for (let t = 1; t < geometricSymmetries(board); t++) {
          transformState(s, t, image);
          legalMoves(image, legalImage);
          const wanted = sorted(moves.map((m) => transformMove(s, m, t)));
          let same = String(wanted) === String(sorted(legalImage.moves.subarray(0, legalImage.length)));
          if (same) {
            next.copyFrom(s);
            apply(next, move);
            transformState(next, t, nextImage);
            apply(image, transformMove(s, move, t));
            same = nextImage.keyLo() === image.keyLo() && nextImage.keyHi() === image.keyHi();
          }
          if (!same) found.add(t);
        }
      }
      apply(s, move);
    }
  }
  return found;
}

describe.each(BOARDS)('%s', (board) => {
  it('has exactly the exported group', () => {
    const games = board === 'hex8' || board === 'square8' ? 8 : 1;
    const bad = new Set<number>();
    for (const players of PLAYER_COUNTS) for (const t of broken(board, players, games)) bad.add(t);
    const surviving = Array.from({ length: geometricSymmetries(board) }, (_, t) => t).filter((t) => !bad.has(t));
    expect(surviving).toEqual([...SYMMETRIES[board]]);
  });

  it('has permutations that form a group', () => {
    const group = SYMMETRIES[board].map((t) => [...symmetryTable(board, t)]);
    const known = new Set(group.map(String));
    for (const a of group) {
      expect(new Set(a).size).toBe(a.length);
      for (const b of group) expect(known.has(String(a.map((cell) => b[cell])))).toBe(true);
    }
  });
});
