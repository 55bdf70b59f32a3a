import { describe, expect, it } from 'vitest';
import { CachedEvaluator } from '../../../src/search/evaluators/cached.ts';
import type { EvaluationBatch, Evaluator } from '../../../src/search/evaluators/evaluator.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import { GameTask } from '../../../src/search/play/game-task.ts';
import type { PlayedGame } from '../../../src/search/play/played-game.ts';
import { defaultSelfplay, GumbelPlayer } from '../../../src/search/players/gumbel.ts';
import type { Player } from '../../../src/search/players/player.ts';
import { createPlayer } from '../../../src/search/players/registry.ts';
import { plainResources } from '../../../src/search/players/resources.ts';
import { runGames } from '../../../src/selfplay/scheduler/game-scheduler.ts';
import { played } from '../../search/play.ts';
import { rulesOf } from '../../search/positions.ts';

const SEED = 11;
const LIMITS = { maxMoves: 120, hashes: true, openingMoves: 0 };

async function games(
  players: readonly Player[],
  count: number,
  options: Parameters<typeof runGames>[2],
  board = 'hex8' as const,
) {
  const rules = rulesOf(board, players.length === 3 ? 3 : 2);
  const results: PlayedGame[] = [];
  let index = 0;
  const stats = await runGames(
    () => (index < count ? new GameTask(rules, { seed: SEED, index: index++, players, ...LIMITS }) : null),
    (game) => results.push(game.result()),
    options,
  );
  return { results: results.sort((a, b) => a.index - b.index), stats };
}

const selfplayPlayer = (evaluator: Evaluator): GumbelPlayer =>
  new GumbelPlayer(evaluator, {
    name: 'gumbel',
    simulations: 16,
    selfplay: { ...defaultSelfplay(16), temperature: { schedule: () => 1, noise: 0 } },
  });

/** Answers on a later turn of the event loop, as a GPU does. */
function delayed(inner: Evaluator): Evaluator {
  return {
    rules: inner.rules,
    id: inner.id,
    provider: inner.provider,
    preferredBatch: inner.preferredBatch,
    createBatch(capacity): EvaluationBatch {
      const batch = inner.createBatch(capacity);
      const run = batch.run.bind(batch);
      batch.run = async () => {
        await new Promise(setImmediate);
        await run();
      };
      return batch;
    },
    close: () => inner.close(),
  };
}

describe('many games in one scheduler', () => {
  const rules = rulesOf('hex8', 2);

  it('plays the same games whatever the batch, the games in flight and the leaves per game', async () => {
    const reference = await games(Array(2).fill(selfplayPlayer(new HashedEvaluator(rules))), 6, {
      inFlight: 1,
      batch: 1,
    });
    expect(reference.results.some(({ searches }) => searches.some(({ policy }) => policy))).toBe(true);
    for (const options of [
      { inFlight: 6, batch: 16 },
      { inFlight: 3, batch: 5, leavesPerGame: 1 },
      { inFlight: 100, batch: 64, leavesPerGame: 16 },
    ]) {
      const player = selfplayPlayer(new HashedEvaluator(rules));
      expect((await games([player, player], 6, options)).results).toEqual(reference.results);
    }
    const late = selfplayPlayer(delayed(new HashedEvaluator(rules)));
    expect((await games([late, late], 6, { inFlight: 6, batch: 16 })).results).toEqual(reference.results);
  });

  it('plays the same games with and without the cache, and the cache hits', async () => {
    const plain = selfplayPlayer(new HashedEvaluator(rules));
    const cached = new CachedEvaluator(new HashedEvaluator(rules), { entries: 512, logits: 512 * 64 });
    const remembering = selfplayPlayer(cached);
    const options = { inFlight: 4, batch: 16 };
    const expected = await games([plain, plain], 6, options);
    expect((await games([remembering, remembering], 6, options)).results).toEqual(expected.results);
    expect(cached.table.hits).toBeGreaterThan(100);
  });

  it('what the cache answers takes no place in a batch', async () => {
    const cached = new CachedEvaluator(new HashedEvaluator(rules));
    const player = selfplayPlayer(cached);
    const { stats } = await games([player, player], 24, { inFlight: 16, batch: 16 });
    expect(cached.table.hits).toBeGreaterThan(100);
    expect(stats.filled / stats.computed).toBeGreaterThan(0.9);
    // every place that was filled was a position the table did not have
    expect(Math.round(16 * stats.filled)).toBe(cached.table.misses);
    expect(stats.leaves).toBe(cached.table.misses + cached.table.hits);
  });

  it('spends exactly the budget of every decision', async () => {
    const player = new GumbelPlayer(new HashedEvaluator(rules), { name: 'g', simulations: 8 });
    const { results } = await games([player, player], 4, { inFlight: 4, batch: 16 });
    for (const { searches } of results) for (const { budget } of searches) expect(budget).toBe(8);
  });

  it('fills its batches while games last', async () => {
    const player = new GumbelPlayer(new HashedEvaluator(rules), { name: 'g', simulations: 16 });
    const { stats } = await games([player, player], 24, { inFlight: 16, batch: 16 });
    expect(stats.filled / stats.computed).toBeGreaterThan(0.9);
  });

  it('with players that answer at once it plays the games they play alone, and mixes with searchers', async () => {
    const names = ['heuristic-light', 'random', 'heuristic-light'];
    const three = rulesOf('hex8', 3);
    const create = (name: string) => createPlayer(name, plainResources(three, 0.1));
    const { results } = await games(names.map(create), 3, { inFlight: 2, batch: 4 });
    results.forEach((result, index) => {
      expect(result).toEqual(played(three, { seed: SEED, index, players: names.map(create), ...LIMITS }));
    });
    const searcher = new GumbelPlayer(new HashedEvaluator(three), { name: 'g', simulations: 4 });
    const random = create('random');
    const mixed = await games([searcher, random, searcher], 2, { inFlight: 2, batch: 4 });
    expect(mixed.results[0].players).toEqual(['g', 'random', 'g']);
  });

  it('gives up the games in flight when told to stop', async () => {
    const player = new GumbelPlayer(new HashedEvaluator(rules), { name: 'g', simulations: 16 });
    let polls = 0;
    const { results } = await games([player, player], 50, { inFlight: 8, batch: 16, stopped: () => ++polls > 20 });
    expect(results.length).toBeLessThan(50);
  });

  it('ends with the typed error of an evaluator that breaks', async () => {
    const broken = new HashedEvaluator(rules);
    const create = broken.createBatch.bind(broken);
    broken.createBatch = (capacity) => {
      const batch = create(capacity);
      const run = batch.run.bind(batch);
      batch.run = () => {
        run();
        batch.values[0] = Number.NaN;
      };
      return batch;
    };
    const player = selfplayPlayer(broken);
    await expect(games([player, player], 2, { inFlight: 2, batch: 4 })).rejects.toMatchObject({
      code: 'EVALUATOR_NOT_FINITE',
    });
  });
});
