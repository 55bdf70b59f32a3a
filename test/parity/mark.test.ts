/** Verdicts of a parity run end up in the database, once each, and moves of divergences with them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { GameStore } from '../../src/games/store/store.ts';
import { ParityMarks } from '../../src/parity/mark.ts';
import type { CheckRecord, DivergenceRecord } from '../../src/parity/records.ts';
import { exampleGame } from '../games/store/example.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-mark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOW = '2026-11-29T00:00:00.000Z';
const check = (n: number, status: CheckRecord['status']): CheckRecord => ({
  ...{ type: 'check', source: 'games.db', game: `game-${n}`, config: 'hex8_2p', status, plies: 20, hashes: 0 },
});
const divergence = (n: number, move: number): DivergenceRecord => ({
  ...{ type: 'divergence', source: 'games.db', game: `game-${n}`, config: 'hex8_2p', kind: 'legality', move },
  ...{ phase: 'movement', expected: 'a legal move', actual: 'another' },
});

function marked(allowResult: boolean): readonly (readonly [string, string, number | null, number])[] {
  const path = join(folder, `${allowResult}.db`);
  const store = GameStore.open(path);
  for (const n of [1, 2, 3, 4, 5]) store.append(exampleGame(n));
  store.commit();
  store.close();
  const marks = new ParityMarks(path, { allowResult, now: () => NOW });
  for (const record of [check(1, 'ok'), check(2, 'diverged'), divergence(2, 7), check(3, 'result')]) marks.add(record);
  for (const record of [divergence(3, 20), check(4, 'unreadable'), check(99, 'ok')]) marks.add(record);
  marks.flush();
  expect(marks.marked).toBe(4);
  marks.close();
  const after = GameStore.open(path);
  try {
    return [...after.arrivals()].flatMap(({ arrival, game }) =>
      'problem' in game ? [] : [[game.game_id, game.parity_status, game.parity_divergence_move, arrival] as const],
    );
  } finally {
    after.close();
  }
}

it('writes what was found, and leaves arrival numbers alone', () => {
  expect(marked(false)).toEqual([
    ['game-1', 'passed', null, 1],
    ['game-2', 'failed', 7, 2],
    ['game-3', 'failed', 20, 3],
    ['game-4', 'error', null, 4],
    ['game-5', 'pending', null, 5],
  ]);
});

it('lets a result pass that is allowed', () => {
  expect(marked(true)[2]).toEqual(['game-3', 'passed', null, 3]);
});
