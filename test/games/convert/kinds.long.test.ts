/** The list of every field in docs/upstream-formats.md §1.7, held against upstream's files and against converted ones. */
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BOARDS, PLAYER_COUNTS } from '../../../src/engine/boards.ts';
import { convertToRingrift } from '../../../src/games/convert/files.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { FIXTURES } from '../../shared.ts';
import { databases, temporaryFolder } from '../upstream/fixture.ts';
import { type Kinds, listedFields, observe } from './kinds.ts';
import { checkConversion, kindProblems, rareEnds } from './matrix.ts';
import { ownGame } from './own-games.ts';
import { copyOf } from './rows.ts';

const folder = temporaryFolder();

it('lists every field of upstream’s files, with its kinds', () => {
  const kinds: Kinds = new Map();
  for (const path of databases) observe(copyOf(path, join(folder, 'theirs.db')), kinds);
  expect(kindProblems(kinds, 'upstream')).toEqual([]);
  expect(kinds.size).toBeGreaterThan(190);
});

it('names the fields that rr leaves empty', () => {
  const others = [...listedFields()].filter(([, { upstream, rr }]) => rr.has('null') && !upstream.has('null'));
  expect(others.map(([field]) => field).filter((field) => !field.startsWith('game_players'))).toEqual([
    'games.completed_at',
    'games.duration_ms',
  ]);
});

describe('converted databases', () => {
  const kinds: Kinds = new Map();

  it.each(BOARDS.flatMap((board) => PLAYER_COUNTS.map((players) => [board, players] as const)))(
    '%s with %d players: every field is what is listed, and every row comes back',
    async (board, players) => {
      const path = join(folder, `${board}_${players}p.db`);
      const store = GameStore.open(path);
      const small = board === 'square8' || board === 'hex8';
      store.append(ownGame(board, players, 0, 'random', small ? undefined : 300));
      if (small) store.append(ownGame(board, players, 1, players === 2 ? 'heuristic' : 'brs:1'));
      store.commit();
      store.close();
      const { problems, games } = await checkConversion(path, kinds);
      expect([problems, games]).toEqual([[], small ? 2 : 1]);
    },
  );

  it('hold every way to end', async () => {
    const { ends, problems } = await checkConversion(
      rareEnds(resolve(FIXTURES, 'traces/golden.jsonl.gz'), folder, 'rare'),
      kinds,
    );
    expect(problems).toEqual([]);
    expect(Object.keys(ends).sort()).toEqual([
      ...['lps_sole_material', 'lps_three_rounds', 'none', 'resignation', 'ring_threshold', 'stalemate_rings'],
      ...['stalemate_territory', 'territory_threshold', 'timeout'],
    ]);
  });

  it('hold nothing that is not listed', async () => {
    const path = join(folder, 'histories.db');
    const store = GameStore.open(path);
    store.append(ownGame('hex8', 2, 2));
    store.append(person());
    store.commit();
    store.close();
    const theirs = join(folder, 'histories.ringrift.db');
    await convertToRingrift([path], theirs, { fullHistory: true });
    observe(theirs, kinds);
    expect(kindProblems(kinds, 'rr')).toEqual([]);
  });
});

/** A game of a person, who is no engine. */
function person() {
  const game = ownGame('square8', 2, 3);
  return { ...game, seats: game.seats.map((seat) => (seat.seat === 1 ? { ...seat, player: 'me' } : seat)) };
}
