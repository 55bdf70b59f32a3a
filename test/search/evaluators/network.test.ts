import { afterAll, describe, expect, it } from 'vitest';
import { CachedEvaluator } from '../../../src/search/evaluators/cached.ts';
import type { Evaluator } from '../../../src/search/evaluators/evaluator.ts';
import { NetworkEvaluator } from '../../../src/search/evaluators/network.ts';
import { seatValues } from '../../../src/search/evaluators/seat-values.ts';
import { GameTask } from '../../../src/search/play/game-task.ts';
import type { PlayedGame } from '../../../src/search/play/played-game.ts';
import { GumbelPlayer } from '../../../src/search/players/gumbel.ts';
import { runGames } from '../../../src/selfplay/scheduler/game-scheduler.ts';
import { untrainedModel } from '../models.ts';
import { randomPositions, rulesOf } from '../positions.ts';

const HASH = 'f'.repeat(64);
const opened: Evaluator[] = [];
async function network(board: 'hex8' | 'square8', players: 2 | 3, batch: number): Promise<Evaluator> {
  const evaluator = await NetworkEvaluator.create(untrainedModel(board, players), rulesOf(board, players), {
    hash: HASH,
    batch,
  });
  opened.push(evaluator);
  return evaluator;
}
afterAll(() => Promise.all(opened.map((evaluator) => evaluator.close())));

describe('a network as evaluator', () => {
  it.each([2, 3] as const)('answers the same for a position alone and in company (%i players)', async (players) => {
    const positions = randomPositions(rulesOf('hex8', players), 1, 9, 60);
    const together = (await network('hex8', players, 9)).createBatch(9);
    together.reset();
    for (const { state, legal } of positions) together.add(state, legal);
    await together.run();
    const alone = (await network('hex8', players, 4)).createBatch(1);
    for (const [slot, { state, legal }] of positions.entries()) {
      alone.reset();
      alone.add(state, legal);
      await alone.run();
      const values = [...together.values.subarray(slot * players, (slot + 1) * players)];
      expect([...alone.values.subarray(0, players)]).toEqual(values);
      expect([...alone.logits.subarray(0, legal.length)]).toEqual([
        ...together.logits.subarray(together.offsets[slot], together.offsets[slot + 1]),
      ]);
      if (players === 2) expect(values[1]).toBe(-values[0]);
      else expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(2 - players, 5);
    }
  });

  it('plays the same games in any batch size and with the cache', async () => {
    const rules = rulesOf('square8', 2);
    const play = async (evaluator: Evaluator, batch: number, inFlight: number): Promise<PlayedGame[]> => {
      const player = new GumbelPlayer(evaluator, { name: 'gumbel', simulations: 8 });
      const results: PlayedGame[] = [];
      let index = 0;
      await runGames(
        () =>
          index < 3
            ? new GameTask(rules, {
                seed: 5,
                index: index++,
                players: [player, player],
                maxMoves: 24,
                hashes: false,
                openingMoves: 4,
              })
            : null,
        (game) => results.push(game.result()),
        { batch, inFlight },
      );
      return results.sort((a, b) => a.index - b.index);
    };
    const expected = await play(await network('square8', 2, 1), 1, 1);
    expect(await play(await network('square8', 2, 16), 16, 3)).toEqual(expected);
    const cached = new CachedEvaluator(await network('square8', 2, 16));
    expect(await play(cached, 16, 3)).toEqual(expected);
    expect(cached.table.hits).toBeGreaterThan(0);
  });

  it('refuses a model for another game, saying which', async () => {
    const rules = rulesOf('square8', 2);
    const wrong = NetworkEvaluator.create(untrainedModel('square8', 3), rules, { hash: HASH, batch: 1 });
    await expect(wrong).rejects.toMatchObject({
      code: 'MODEL_INCOMPATIBLE',
      message: expect.stringContaining('square8_3p'),
    });
  });

  it('ends the game with a typed error when the network gives NaN', async () => {
    const rules = rulesOf('hex8', 2);
    const model = untrainedModel('hex8', 2);
    model.weights.fill(Number.NaN);
    const evaluator = await NetworkEvaluator.create(model, rules, { hash: HASH, batch: 4 });
    opened.push(evaluator);
    const player = new GumbelPlayer(evaluator, { name: 'gumbel', simulations: 4 });
    const game = new GameTask(rules, {
      seed: 5,
      index: 0,
      players: [player, player],
      maxMoves: 24,
      hashes: false,
      openingMoves: 0,
    });
    let given = false;
    const run = runGames(
      () => {
        if (given) return null;
        given = true;
        return game;
      },
      () => {},
      { inFlight: 1, batch: 4 },
    );
    await expect(run).rejects.toMatchObject({ code: 'EVALUATOR_NOT_FINITE' });
  });
});

describe('seat values', () => {
  it('turn mover-relative shares into absolute seats', () => {
    const values = new Float32Array(6);
    seatValues(Float32Array.of(0.5, 0.25, 0.25, 1, 0, 0), Uint8Array.of(2, 0), 2, 3, values);
    expect([...values]).toEqual([-0.5, -0.5, 0, 1, -1, -1]);
  });
});
