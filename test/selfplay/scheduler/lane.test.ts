import { describe, expect, it } from 'vitest';
import type { Agent } from '../../../src/search/agents/agent.ts';
import { BlockingAgent } from '../../../src/search/agents/blocking-agent.ts';
import { defaultSelfplay, GumbelAgent } from '../../../src/search/agents/gumbel-agent.ts';
import { CachedEvaluator } from '../../../src/search/evaluators/cached.ts';
import type { EvaluationBatch, Evaluator } from '../../../src/search/evaluators/evaluator.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import { type PlayedGame, playGame } from '../../../src/search/play/play-game.ts';
import { createPlayer } from '../../../src/search/players/registry.ts';
import { runLane } from '../../../src/selfplay/scheduler/lane.ts';
import { SearchedGame } from '../../../src/selfplay/scheduler/searched-game.ts';
import { rulesOf } from '../../search/positions.ts';

const SEED = 11;
const LIMITS = { maxMoves: 120, hashes: true, openingMoves: 0 };

async function games(
  agents: readonly Agent[],
  count: number,
  lane: Parameters<typeof runLane>[2],
  board = 'hex8' as const,
) {
  const rules = rulesOf(board, agents.length === 3 ? 3 : 2);
  const results: PlayedGame[] = [];
  let index = 0;
  const stats = await runLane(
    () => (index < count ? new SearchedGame(rules, SEED, index++, agents, LIMITS) : null),
    (game) => results.push(game.result()),
    lane,
  );
  return { results: results.sort((a, b) => a.index - b.index), stats };
}

const selfplayAgent = (evaluator: Evaluator): GumbelAgent =>
  new GumbelAgent(evaluator, {
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

describe('many games in one lane', () => {
  const rules = rulesOf('hex8', 2);

  it('plays the same games whatever the batch, the games in flight and the leaves per game', async () => {
    const reference = await games(Array(2).fill(selfplayAgent(new HashedEvaluator(rules))), 6, {
      inFlight: 1,
      batch: 1,
    });
    expect(reference.results.some(({ searches }) => searches.some(({ policy }) => policy))).toBe(true);
    for (const lane of [
      { inFlight: 6, batch: 16 },
      { inFlight: 3, batch: 5, leavesPerGame: 1 },
      { inFlight: 100, batch: 64, leavesPerGame: 16 },
    ]) {
      const agent = selfplayAgent(new HashedEvaluator(rules));
      expect((await games([agent, agent], 6, lane)).results).toEqual(reference.results);
    }
    const late = selfplayAgent(delayed(new HashedEvaluator(rules)));
    expect((await games([late, late], 6, { inFlight: 6, batch: 16 })).results).toEqual(reference.results);
  });

  it('plays the same games with and without the cache, and the cache hits', async () => {
    const plain = selfplayAgent(new HashedEvaluator(rules));
    const cached = new CachedEvaluator(new HashedEvaluator(rules), { entries: 512, logits: 512 * 64 });
    const remembering = selfplayAgent(cached);
    const lane = { inFlight: 4, batch: 16 };
    const expected = await games([plain, plain], 6, lane);
    expect((await games([remembering, remembering], 6, lane)).results).toEqual(expected.results);
    expect(cached.table.hits).toBeGreaterThan(100);
  });

  it('what the cache answers takes no place in a batch', async () => {
    const cached = new CachedEvaluator(new HashedEvaluator(rules));
    const agent = selfplayAgent(cached);
    const { stats } = await games([agent, agent], 24, { inFlight: 16, batch: 16 });
    expect(cached.table.hits).toBeGreaterThan(100);
    expect(stats.filled / stats.computed).toBeGreaterThan(0.9);
    // every place that was filled was a position the table did not have
    expect(Math.round(16 * stats.filled)).toBe(cached.table.misses);
    expect(stats.leaves).toBe(cached.table.misses + cached.table.hits);
  });

  it('spends exactly the budget of every decision', async () => {
    const agent = new GumbelAgent(new HashedEvaluator(rules), { name: 'g', simulations: 8 });
    const { results } = await games([agent, agent], 4, { inFlight: 4, batch: 16 });
    for (const { searches } of results) for (const { budget } of searches) expect(budget).toBe(8);
  });

  it('fills its batches while games last', async () => {
    const agent = new GumbelAgent(new HashedEvaluator(rules), { name: 'g', simulations: 16 });
    const { stats } = await games([agent, agent], 24, { inFlight: 16, batch: 16 });
    expect(stats.filled / stats.computed).toBeGreaterThan(0.9);
  });

  it('with blocking players only it plays the games of playGame, and mixes with searchers', async () => {
    const names = ['heuristic-light', 'random', 'heuristic-light'];
    const create = (name: string) => createPlayer(name, { weightNoise: 0.1 });
    const three = rulesOf('hex8', 3);
    const { results } = await games(
      names.map((name) => new BlockingAgent(name, () => create(name))),
      3,
      { inFlight: 2, batch: 4 },
    );
    results.forEach((result, index) => {
      expect(result).toEqual(playGame(three, SEED, index, names.map(create), LIMITS));
    });
    const searcher = new GumbelAgent(new HashedEvaluator(three), { name: 'g', simulations: 4 });
    const random = new BlockingAgent('random', () => create('random'));
    const mixed = await games([searcher, random, searcher], 2, { inFlight: 2, batch: 4 });
    expect(mixed.results[0].players).toEqual(['g', 'random', 'g']);
  });

  it('gives up the games in flight when told to stop', async () => {
    const agent = new GumbelAgent(new HashedEvaluator(rules), { name: 'g', simulations: 16 });
    let polls = 0;
    const { results } = await games([agent, agent], 50, { inFlight: 8, batch: 16, stopped: () => ++polls > 20 });
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
    const agent = selfplayAgent(broken);
    await expect(games([agent, agent], 2, { inFlight: 2, batch: 4 })).rejects.toMatchObject({
      code: 'EVALUATOR_NOT_FINITE',
    });
  });
});
