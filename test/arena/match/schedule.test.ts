import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openingMoves } from '../../../src/arena/match/openings.ts';
import { blocksFor, schedule, slotIndex, slotOf } from '../../../src/arena/match/schedule.ts';
import { createRules } from '../../../src/engine/rules.ts';

describe('schedule of a match', () => {
  test('numbers and slots are each other’s inverse', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 4 }),
        fc.nat(20),
        fc.nat(10_000),
        fc.nat(3),
        (players, opponent, block, s) => {
          const slot = { opponent, block, seat: s % players };
          expect(slotOf(slotIndex(slot, players), players)).toEqual(slot);
        },
      ),
    );
  });

  test('every block has the candidate in every seat once, a block against each opponent in turn', () => {
    const games = [...schedule({ players: 3, blocks: [2, 1], done: new Set(), decided: () => false })];
    expect(games.map((index) => slotOf(index, 3))).toEqual([
      { opponent: 0, block: 0, seat: 0 },
      { opponent: 0, block: 0, seat: 1 },
      { opponent: 0, block: 0, seat: 2 },
      { opponent: 1, block: 0, seat: 0 },
      { opponent: 1, block: 0, seat: 1 },
      { opponent: 1, block: 0, seat: 2 },
      { opponent: 0, block: 1, seat: 0 },
      { opponent: 0, block: 1, seat: 1 },
      { opponent: 0, block: 1, seat: 2 },
    ]);
    expect(new Set(games).size).toBe(games.length);
  });

  test('leaves out what is done and whoever is decided', () => {
    const all = [...schedule({ players: 2, blocks: [3], done: new Set(), decided: () => false })];
    const rest = [...schedule({ players: 2, blocks: [3], done: new Set(all.slice(0, 3)), decided: () => false })];
    expect(rest).toEqual(all.slice(3));
    expect([...schedule({ players: 2, blocks: [3, 3], done: new Set(), decided: (i) => i === 0 })]).toEqual([
      ...schedule({ players: 2, blocks: [0, 3], done: new Set(), decided: () => false }),
    ]);
  });

  test('shards are whole blocks that together are all of them, each once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 4 }),
        fc.array(fc.nat(9), { maxLength: 3 }),
        fc.integer({ min: 1, max: 5 }),
        (players, blocks, count) => {
          const games = (shard?: { index: number; count: number }): number[] => [
            ...schedule({ players, blocks, shard, done: new Set(), decided: () => false }),
          ];
          const parts = Array.from({ length: count }, (_, index) => games({ index, count }));
          expect(parts.flat().sort((a, b) => a - b)).toEqual(games().sort((a, b) => a - b));
          for (const part of parts) expect(part.length % players).toBe(0);
        },
      ),
    );
  });

  test('whole blocks hold at least the games asked for', () => {
    expect([blocksFor(200, 2), blocksFor(5, 2), blocksFor(100, 3)]).toEqual([100, 3, 34]);
  });

  test('openings depend on seed and block alone, and differ', () => {
    const rules = createRules('hex8', 2);
    const moves = (seed: number, block: number): number[] => [...openingMoves(rules, seed, block, 4)];
    expect(moves(1, 7)).toEqual(moves(1, 7));
    expect(new Set(Array.from({ length: 20 }, (_, block) => moves(1, block).join())).size).toBeGreaterThan(15);
    expect(moves(2, 7)).not.toEqual(moves(1, 7));
  });
});
