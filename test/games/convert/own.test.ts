/** Ours → the original's kind → ours: the same rows; and what the original's readers find there. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertToRingrift, convertToRr } from '../../../src/games/convert/files.ts';
import { recordFromStored, storedFromRecord } from '../../../src/games/convert/record.ts';
import { openGames } from '../../../src/games/game/open.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import type { StoredGame } from '../../../src/games/store/types.ts';
import { openRingriftDb } from '../../../src/games/upstream/reader.ts';
import { checkGame } from '../../../src/parity/check.ts';
import { temporaryFolder } from '../upstream/fixture.ts';
import { ownGame } from './own-games.ts';

const folder = temporaryFolder();
const games: StoredGame[] = [
  ...[0, 1, 2, 3].map((i) => ownGame('hex8', 2, i)),
  ownGame('square8', 3, 0, 'heuristic'),
  ownGame('hex8', 4, 1),
];

function store(name: string): string {
  const path = join(folder, name);
  const db = GameStore.open(path);
  for (const game of games) db.append(game);
  db.commit();
  db.addOrphans([{ game_id: 'lost', detected_at: '2026', reason: 'torn', status: null, board: 'hex8', players: 2 }]);
  db.close();
  return path;
}

function rows(path: string): unknown {
  const db = GameStore.open(path);
  const found = { games: [...db.games()].map(plain), orphans: db.orphans() };
  db.close();
  return found;
}
const plain = ({ moves, extras, ...rest }: StoredGame) => ({
  ...rest,
  moves: Buffer.from(moves).toString('hex'),
  extras: extras && Buffer.from(extras).toString('hex'),
});

describe('games of ours', () => {
  it.each([false, true])('come back as the rows they were (full history: %s)', async (fullHistory) => {
    const ours = store(`own-${fullHistory}.db`);
    const theirs = join(folder, `theirs-${fullHistory}.db`);
    expect(await convertToRingrift([ours], theirs, { fullHistory })).toEqual({
      read: games.length,
      written: games.length,
      refused: 0,
    });
    for await (const item of openGames(theirs)) {
      if (!('game' in item)) throw new Error(JSON.stringify(item));
      const { divergence, hashes, plies } = checkGame(item.game);
      expect(divergence).toBeNull();
      expect(hashes).toBeGreaterThanOrEqual(fullHistory ? 2 * plies : Math.floor(plies / 20));
    }
    const back = join(folder, `back-${fullHistory}.db`);
    await convertToRr([theirs], back, '2026-01-01T00:00:00.000Z');
    expect(rows(back)).toEqual(rows(ours));
  });

  it('look there as the original would have written them', async () => {
    const theirs = join(folder, 'look.db');
    await convertToRingrift([store('look-own.db')], theirs, {});
    const reader = await openRingriftDb(theirs);
    const [first, , , , heuristic] = [...reader.games({}, { everything: true })];
    reader.close();
    if (!first || 'problem' in first || !heuristic || 'problem' in heuristic) throw new Error('unreadable');
    const { game, players, moves, snapshots, initialState, history } = first;
    expect(game).toMatchObject({ game_status: 'completed', source: 'selfplay_random', engine_mode: 'random-only' });
    expect(game.quality_score).toBeGreaterThan(0.3);
    expect(game.total_turns).toBe((moves.at(-1)?.turn_number ?? 0) + 1);
    expect(players.map(({ ai_type }) => ai_type)).toEqual(['random', 'random']);
    expect(heuristic.players.map(({ ai_type }) => ai_type)).toEqual(['heuristic', 'heuristic', 'heuristic']);
    expect(heuristic.game.source).toBe('selfplay_heuristic');
    expect(initialState).toMatchObject({ boardType: 'hex8', rulesOptions: { swapRuleEnabled: true } });
    expect(history).toEqual([]);
    const numbers = snapshots.map(({ move_number }) => move_number);
    expect(numbers.slice(0, 2)).toEqual([19, 39]);
    expect(numbers.at(-1)).toBe(moves.length - 1);
    expect(snapshots.at(-1)?.state).toMatchObject({ gameStatus: 'completed', currentPhase: 'game_over' });
    expect(snapshots[0]?.state?.moveHistory).toHaveLength(20);
    const searched = moves.find(({ probs }) => probs !== null);
    const sum = Object.values(searched?.probs ?? {}).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 9);
    expect(Object.keys(searched?.probs ?? {})[0]).toMatch(/^place_ring_-?\d,-?\d$/);
    expect(searched?.searchStats).toMatchObject({ total_simulations: 64, root_value: expect.any(Number) });
  });

  it('are records and rows in turn, without loss', () => {
    for (const game of games) {
      const record = JSON.parse(JSON.stringify(recordFromStored(game, 'test')));
      expect(plain(storedFromRecord(record, 'test', 'unused'))).toEqual(plain(game));
    }
    const odd = { ...ownGame('hex8', 2, 5), run_seed: '18446744073709551615', decisions: null, source: null };
    expect(plain(storedFromRecord(recordFromStored(odd, 'test'), 'test', ''))).toEqual(plain(odd));
  });
});
