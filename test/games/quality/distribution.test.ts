/** How games are distributed, and scores that are brought up to date. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Distributions } from '../../../src/games/quality/distribution.ts';
import { confidentQuality, QUALITY_VERSION, qualityColumns } from '../../../src/games/quality/quality.ts';
import { rescore } from '../../../src/games/quality/rescore.ts';
import { encodeGame } from '../../../src/games/store/blob.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import type { StoredGame } from '../../../src/games/store/types.ts';
import { exampleGame } from '../store/example.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-quality-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function oddOf(count: number, changes: (n: number) => Partial<StoredGame>): readonly string[] {
  const distributions = new Distributions();
  for (let n = 0; n < count; n++) distributions.add(exampleGame(n, { engine: 'gumbel', ...changes(n) }));
  expect(distributions.results).toHaveLength(1);
  return distributions.results[0]?.odd ?? [];
}

describe('distributions', () => {
  it('of ordinary games have nothing odd', () => {
    expect(oddOf(300, () => ({}))).toEqual([]);
  });

  it('show a seat that wins too often, but not by chance in a few games', () => {
    expect(oddOf(60, () => ({ winner: 1 }))).toEqual(['seat 1 wins 100 % of 60 games']);
    expect(oddOf(10, () => ({ winner: 1 }))).toEqual([]);
  });

  it('show copies under other ids', () => {
    const moves = encodeGame({ players: 2, moves: Int32Array.of(1, 2, 3), searches: [] });
    expect(oddOf(100, (n) => (n % 10 === 0 ? { moves } : {}))).toEqual([
      '9 games have exactly the moves of another one',
    ]);
  });

  it('show that the last games are of another length, and games of no length at all', () => {
    expect(oddOf(300, (n) => (n >= 200 ? { plies: 90 } : {}))).toEqual([
      'the last 100 games have 90 moves in the mean, those before them 23',
    ]);
    expect(oddOf(300, (n) => (n === 7 ? { plies: 3 } : {}))).toEqual([
      '1 games are shorter or longer than games of this board',
    ]);
  });

  it('keep configs and engines apart', () => {
    const distributions = new Distributions();
    for (let n = 0; n < 12; n++) distributions.add(exampleGame(n));
    expect(distributions.results.map(({ engine, games }) => [engine, games])).toEqual([
      ['heuristic', 8],
      ['random', 4],
    ]);
  });
});

describe('scores', () => {
  it('count less while games are few', () => {
    expect(confidentQuality(0.9, 0)).toBe(0.5);
    expect(confidentQuality(0.9, 100)).toBeCloseTo(0.7);
    expect(confidentQuality(0.9, 500)).toBeGreaterThan(0.88);
  });

  it('are brought up to date, arrival numbers and scores from elsewhere apart', async () => {
    const path = join(folder, 'games.db');
    const store = GameStore.open(path);
    store.append(exampleGame(1, { quality: null, quality_category: null }));
    store.append(exampleGame(2, { quality: 0.1, quality_category: 'unusable', quality_version: QUALITY_VERSION - 1 }));
    store.append(exampleGame(3));
    store.commit();
    store.close();
    const options = { all: false, dryRun: false, onBad: () => {}, onGame: () => {}, stopped: () => false };
    expect(await rescore(path, { ...options, dryRun: true })).toMatchObject({ scored: 2, kept: 1 });
    expect(await rescore(path, options)).toMatchObject({ games: 3, scored: 2, kept: 1 });
    expect(await rescore(path, options)).toMatchObject({ scored: 0 });
    const after = await GameStore.openReadOnly(path);
    const rows = [...after.arrivals()].map(({ arrival, game }) => ('problem' in game ? [] : [arrival, game.quality]));
    after.close();
    expect(rows).toEqual([
      [1, qualityColumns(exampleGame(1)).quality],
      [2, qualityColumns(exampleGame(2)).quality],
      [3, 0.8],
    ]);
    expect(await rescore(path, { ...options, all: true })).toMatchObject({ scored: 1, kept: 0 });
  });
});
