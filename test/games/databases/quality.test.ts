import { expect, it } from 'vitest';
import { qualityCategory, qualityScore } from '../../../src/games/quality/quality.ts';
import { openRingriftDb } from '../../../src/games/upstream/reader.ts';
import { databases } from '../upstream/fixture.ts';

it('scores a decisive game of 42 moves 0.8254', () => {
  expect(qualityScore({ moves: 42, decisive: true, sourceNamed: true })).toBeCloseTo(0.8254, 4);
});

it('knows the edges of length and of the categories', () => {
  const score = (moves: number) => qualityScore({ moves, decisive: false, sourceNamed: false }) - 0.395;
  expect([9, 10, 80, 200, 201].map((moves) => Math.abs(Number(score(moves).toFixed(6))))).toEqual([
    0, 0.177083, 0.25, 0.125, 0.2,
  ]);
  expect([0.85, 0.8499, 0.7, 0.5, 0.3, 0.29].map(qualityCategory)).toEqual([
    'excellent',
    'good',
    'good',
    'adequate',
    'poor',
    'unusable',
  ]);
});

it.each(databases)('is what the original stored in %s', async (path) => {
  const reader = await openRingriftDb(path);
  for (const game of reader.games()) {
    if ('problem' in game) throw new Error(game.problem);
    const { total_moves, winner, source, quality_score, quality_category } = game.game;
    const score = qualityScore({ moves: total_moves, decisive: winner !== null, sourceNamed: source !== null });
    expect(score).toBeCloseTo(quality_score ?? -1, 9);
    expect(qualityCategory(score)).toBe(quality_category);
  }
  reader.close();
});
