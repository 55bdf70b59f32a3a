/** Seats are only names: the same position with the seats renamed is searched to the same result with seats renamed. */
import { describe, expect, it } from 'vitest';
import type { PlayerCount } from '../../../src/engine/boards.ts';
import { legalMoves } from '../../../src/engine/legal.ts';
import { fieldA, Kind, kindOf, MoveList, packMove } from '../../../src/engine/moves.ts';
import { createState } from '../../../src/engine/setup.ts';
import { COLLAPSED, STACK, type State } from '../../../src/engine/state.ts';
import { mix32 } from '../../../src/engine/zobrist.ts';
import { COUNTERS, Counter, cellBytes, writeFeatures } from '../../../src/net/encode/rr1/features.ts';
import { BatchBuffers } from '../../../src/search/evaluators/batch-buffers.ts';
import type { EvaluationBatch, Evaluator } from '../../../src/search/evaluators/evaluator.ts';
import { GumbelSearch } from '../../../src/search/gumbel/gumbel-search.ts';
import { rootValue } from '../../../src/search/tree/root.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { randomPosition, rulesOf } from '../positions.ts';
import { finish } from '../run-search.ts';

/** The position with player p renamed to (p + by) mod n; by = 0 rebuilds it without its history, like the others. */
function rotated(s: State, by: number): State {
  const { players, topology } = s.rules;
  const rename = (p: number): number => (p === 0 ? 0 : ((p - 1 + by) % players) + 1);
  const seats = Array.from({ length: players }, (_, i) => {
    const p = ((i - by + players) % players) + 1;
    return { hand: s.hand[p], eliminated: s.eliminated[p], territory: s.territory[p] };
  });
  const cells = Array.from({ length: topology.cells }, (_, cell) => ({ cell, content: s.content[cell] }));
  return createState(s.rules, {
    seats,
    stacks: cells
      .filter(({ content }) => content > STACK && content <= COLLAPSED)
      .map(({ cell }) => ({ cell, rings: s.rings(cell).map(rename) })),
    markers: cells
      .filter(({ content }) => content > 0 && content <= STACK)
      .map(({ cell, content }) => ({ cell, player: rename(content) })),
    collapsed: cells
      .filter(({ content }) => content > COLLAPSED)
      .map(({ cell, content }) => ({ cell, player: rename(content - COLLAPSED) })),
    player: rename(s.player),
    phase: s.phase,
    mustMove: s.mustMove,
    attacker: s.attacker,
    owesLine: s.owesLine,
    owesRegion: s.owesRegion,
    acted: s.acted,
    recovered: s.recovered,
    lastActor: rename(s.lastActor),
  });
}

/** Pseudo-random, but a function of what the mover-relative encoder sees; values are handed out by relative seat. */
class RelativeEvaluator implements Evaluator {
  readonly id = 'relative';
  readonly provider = 'none';
  readonly preferredBatch = 8;
  readonly rules;

  constructor(rules: Evaluator['rules']) {
    this.rules = rules;
  }

  createBatch(capacity: number): EvaluationBatch {
    return new RelativeBatch(capacity, this.rules.players);
  }

  async close(): Promise<void> {}
}

class RelativeBatch extends BatchBuffers implements EvaluationBatch {
  add(state: State, legal: MoveList): number {
    const slot = this.reserve(legal);
    const cells = new Uint8Array(cellBytes(state.rules.board, this.players));
    const counters = new Int16Array(COUNTERS);
    writeFeatures(state, cells, 0, counters, 0);
    counters[Counter.seat] = 0;
    counters[Counter.ply] = 0;
    let key = 1;
    for (const byte of cells) key = mix32(key * 31 + byte);
    for (const count of counters) key = mix32(key * 31 + count);
    for (let i = 0; i < legal.length; i++) {
      const move = legal.moves[i];
      // The border colour of a region is an absolute player: leave it out.
      const known = kindOf(move) === Kind.territory ? packMove(Kind.territory, fieldA(move)) : move;
      this.logits[this.offsets[slot] + i] = mix32(key ^ mix32(known)) / 2 ** 30;
    }
    for (let k = 0; k < this.players; k++) {
      const seat = (state.player - 1 + k) % this.players;
      this.values[slot * this.players + seat] = mix32(key + 977 * (k + 1)) / 2 ** 31;
    }
    return slot;
  }

  run(): void {}
}

const sameButColour = (a: number, b: number): boolean =>
  a === b || (kindOf(a) === Kind.territory && kindOf(b) === Kind.territory && fieldA(a) === fieldA(b));

describe('renaming the seats', () => {
  it.each([3, 4] as PlayerCount[])('leaves play with %i players the same', (players) => {
    const bench = new Workbench(rulesOf('hex8', players));
    const evaluator = new RelativeEvaluator(bench.rules);
    for (let seed = 0; seed < 12; seed++) {
      const { state } = randomPosition(bench.rules, seed, 10 + 6 * seed);
      const outcomes = Array.from({ length: players }, (_, by) => {
        const position = rotated(state, by);
        const legal = new MoveList();
        legalMoves(position, legal);
        if (legal.length < 2) return null;
        const search = new GumbelSearch(bench, evaluator, { simulations: 64 });
        search.begin(position, legal);
        finish(search, evaluator.createBatch(8));
        const value = rootValue(search.tree);
        return {
          move: legal.moves[search.winner()],
          value: Array.from({ length: players }, (_, seat) => value[(seat + by) % players]),
          policy: [...search.policy()],
        };
      });
      const first = outcomes[0];
      for (const outcome of outcomes) {
        expect(outcome === null).toBe(first === null);
        if (!outcome || !first) continue;
        expect(sameButColour(outcome.move, first.move)).toBe(true);
        expect(outcome.value).toEqual(first.value);
        expect(outcome.policy).toEqual(first.policy);
      }
    }
  });
});
