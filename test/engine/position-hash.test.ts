import { expect, test } from 'vitest';
import { apply } from '../../src/engine/apply.ts';
import { BOARDS, PLAYER_COUNTS } from '../../src/engine/boards.ts';
import { stateHash } from '../../src/engine/fingerprint.ts';
import { legalMoves } from '../../src/engine/legal.ts';
import { MoveList } from '../../src/engine/moves.ts';
import { hashPosition, hashText } from '../../src/engine/position-hash.ts';
import { Random } from '../../src/engine/random.ts';
import { createRules } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';

const configs = BOARDS.flatMap((board) => PLAYER_COUNTS.map((players) => [board, players] as const));

test.each(configs)('%s with %i players: equal to the hash of the text after every move', (board, players) => {
  const legal = new MoveList();
  const random = new Random(11, players);
  const words = new Uint32Array(2);
  const s = new State(createRules(board, players));
  for (let games = 0; games < 3; games++) {
    s.reset();
    for (let ply = 0; ply < 1500 && !s.isOver; ply++) {
      legalMoves(s, legal);
      apply(s, legal.moves[random.below(legal.length)]);
      // The text is slow on the large boards.
      if (ply > 100 && ply % 7 !== 0 && !s.isOver) continue;
      hashPosition(s, words, 0);
      expect(hashText(words, 0)).toBe(stateHash(s));
    }
  }
});
