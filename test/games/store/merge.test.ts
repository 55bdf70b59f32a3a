import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeStores } from '../../../src/games/store/merge.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { PARITY_STATES, type StoredGame } from '../../../src/games/store/types.ts';
import { exampleGame } from './example.ts';

/** Versions of a few games: some differ in what was learnt later, some (forged) in what was played. */
const anyGame: fc.Arbitrary<StoredGame> = fc
  .record({
    n: fc.nat(4),
    other: fc.boolean(),
    parity: fc.constantFrom(...PARITY_STATES),
    checked: fc.constantFrom(null, '2026-01-01', '2026-01-02'),
    quality: fc.constantFrom(null, 0.5, 0.9),
    created: fc.constantFrom('2026-01-01', '2026-01-03'),
  })
  .map(({ n, other, parity, checked, quality, created }) =>
    exampleGame(n, {
      parity_status: parity,
      parity_checked_at: checked,
      quality,
      created_at: created,
      ...(other && { moves: exampleGame(n + 10).moves }),
    }),
  );
const anyOrphan = fc.record({
  game_id: fc.constantFrom('o1', 'o2'),
  detected_at: fc.constantFrom('2026-01-01', '2026-01-02'),
  reason: fc.constantFrom('a', 'b'),
  status: fc.constantFrom(null, 'completed'),
  board: fc.constant('hex8'),
  players: fc.constant(2),
});
const anyContents = fc.record({
  games: fc.array(anyGame, { maxLength: 6 }),
  orphans: fc.array(anyOrphan, { maxLength: 3 }),
});
type Contents = {
  games: StoredGame[];
  orphans: fc.GeneratorValue extends never ? never : Parameters<GameStore['addOrphans']>[0];
};

function make(contents: Contents): GameStore {
  const store = GameStore.inMemory();
  for (const game of contents.games) store.append(game);
  store.commit();
  store.addOrphans(contents.orphans);
  return store;
}
const dump = (store: GameStore) => ({
  games: [...store.games()].sort((a, b) => (a.game_id < b.game_id ? -1 : 1)),
  orphans: store.orphans(),
});
/** Merge left to right into a fresh store. */
function union(...parts: Contents[]) {
  const target = GameStore.inMemory();
  for (const part of parts) {
    const source = make(part);
    mergeStores(target, source);
    source.close();
  }
  const result = dump(target);
  target.close();
  return result;
}

describe('merging', () => {
  it('is idempotent, commutative and associative', () => {
    fc.assert(
      fc.property(anyContents, anyContents, anyContents, (a, b, c) => {
        const all = union(a, b, c);
        expect(union(c, b, a)).toEqual(all);
        expect(union(b, a, c, a, b)).toEqual(all);
        expect(union(a, union(b, c))).toEqual(all);
        const alone = make(a);
        expect(union(a, a)).toEqual(dump(alone));
        alone.close();
      }),
      { numRuns: 40 },
    );
  });

  it('takes one game imported twice for one game, played when it was first heard of', () => {
    const [early, late] = ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'];
    const target = make({ games: [exampleGame(1, { created_at: late })], orphans: [] });
    const source = make({ games: [exampleGame(1, { created_at: early })], orphans: [] });
    expect(mergeStores(target, source)).toEqual({ read: 1, added: 0, updated: 1, conflicts: 0 });
    expect(target.get('game-1')?.created_at).toBe(early);
    const later = make({ games: [exampleGame(1, { created_at: late })], orphans: [] });
    expect(mergeStores(target, later)).toEqual({ read: 1, added: 0, updated: 0, conflicts: 0 });
  });

  it('counts what it did', () => {
    const target = make({ games: [exampleGame(1), exampleGame(2), exampleGame(3)], orphans: [] });
    const source = make({
      games: [
        exampleGame(1),
        exampleGame(2, { parity_status: 'passed', parity_checked_at: '2026' }),
        exampleGame(3, { moves: exampleGame(9).moves }),
        exampleGame(4),
      ],
      orphans: [],
    });
    const summary = mergeStores(target, source);
    expect(summary).toMatchObject({ read: 4, added: 1, conflicts: 1 });
    expect(target.get('game-2')?.parity_status).toBe('passed');
    expect(mergeStores(target, source)).toEqual({
      read: 4,
      added: 0,
      updated: 0,
      conflicts: summary.updated === 2 ? 0 : 1,
    });
    source.close();
    target.close();
  });
});
