import { describe, expect, it } from 'vitest';
import { RrError } from '../../../src/core/errors.ts';
import type { Evaluator } from '../../../src/search/evaluators/evaluator.ts';
import { NetworkEvaluator } from '../../../src/search/evaluators/network.ts';
import { openProvider } from '../../../src/search/evaluators/provider.ts';
import { GameTask } from '../../../src/search/play/game-task.ts';
import type { PlayedGame } from '../../../src/search/play/played-game.ts';
import { GumbelPlayer } from '../../../src/search/players/gumbel.ts';
import { SharedEvaluator } from '../../../src/selfplay/inference/client.ts';
import { openInference } from '../../../src/selfplay/inference/open.ts';
import type { InferenceSpec } from '../../../src/selfplay/inference/server.ts';
import { failAll, slotsFor } from '../../../src/selfplay/inference/slot.ts';
import { runGames } from '../../../src/selfplay/scheduler/game-scheduler.ts';
import { untrainedModel } from '../../search/models.ts';
import { randomPosition, rulesOf } from '../../search/positions.ts';

const rules = rulesOf('hex8', 2);
const model = untrainedModel('hex8', 2);
const HASH = 'e'.repeat(64);
const spec: InferenceSpec = {
  model,
  hash: HASH,
  board: 'hex8',
  provider: 'cpu',
  device: 0,
  slots: 4,
  batch: 8,
  threads: 1,
};

/** Games 0 … 5, dealt to schedulers that share this thread, each with an evaluator of its own. */
async function play(evaluators: readonly Evaluator[]): Promise<PlayedGame[]> {
  const results: PlayedGame[] = [];
  let index = 0;
  await Promise.all(
    evaluators.map((evaluator) => {
      const player = new GumbelPlayer(evaluator, { name: 'gumbel', simulations: 8 });
      return runGames(
        () =>
          index < 6
            ? new GameTask(rules, {
                seed: 5,
                index: index++,
                players: [player, player],
                maxMoves: 16,
                hashes: false,
                openingMoves: 4,
              })
            : null,
        (game) => results.push(game.result()),
        { batch: 8, inFlight: 2 },
      );
    }),
  );
  return results.sort((a, b) => a.index - b.index);
}

describe('inference shared between threads', () => {
  it('plays the games that a session of its own plays, from several schedulers at once', async () => {
    const own = await NetworkEvaluator.create(model, rules, { hash: HASH, batch: 8 });
    const expected = await play([own]);
    await own.close();
    const { inference, close } = await openInference(spec);
    const shared = [0, 1, 2].map((i) => new SharedEvaluator(rules, slotsFor(inference, i, 1)));
    expect(shared[0].provider).toBe('cpu');
    expect(await play(shared)).toEqual(expected);
    await close();
  });

  it('tells those who wait when the worker is gone', async () => {
    const { inference, close } = await openInference({ ...spec, slots: 1 });
    const batch = new SharedEvaluator(rules, inference).createBatch(8);
    const { state, legal } = randomPosition(rules, 1, 10);
    batch.reset();
    batch.add(state, legal);
    await batch.run();
    failAll(inference, 'device lost');
    batch.reset();
    batch.add(state, legal);
    await expect(batch.run()).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      message: expect.stringContaining('device lost'),
    });
    await close();
    expect(() => new SharedEvaluator(rules, slotsFor(inference, 0, 0)).createBatch(8)).toThrow(/0 batches/);
  });

  it('refuses a model for another family when it opens', async () => {
    await expect(openInference({ ...spec, model: untrainedModel('square8', 2) })).rejects.toMatchObject({
      code: 'MODEL_INCOMPATIBLE',
    });
  });
});

describe('providers', () => {
  const only =
    (...working: string[]) =>
    async (provider: string): Promise<string> => {
      if (working.includes(provider)) return provider;
      throw new RrError('PROVIDER_MISSING', { provider, detail: 'not here' });
    };

  it('auto takes the best that works and says why', async () => {
    expect(await openProvider('auto', false, only('cpu', 'webgpu'))).toEqual({
      opened: 'webgpu',
      provider: 'webgpu',
      reason: 'running networks on webgpu (cuda: not here)',
    });
    expect((await openProvider('auto', false, only('cpu'))).provider).toBe('cpu');
  });

  it('a named one must work, a required GPU must be one', async () => {
    await expect(openProvider('cuda', false, only('cpu'))).rejects.toMatchObject({ code: 'PROVIDER_MISSING' });
    await expect(openProvider('auto', true, only('cpu'))).rejects.toMatchObject({ code: 'GPU_REQUIRED', exit: 2 });
    await expect(openProvider('cpu', true, only('cpu'))).rejects.toMatchObject({ code: 'GPU_REQUIRED' });
  });

  it('the real runtime refuses CUDA with a typed error where it cannot have it', async ({ skip }) => {
    const result = await openProvider('cuda', false, (provider) =>
      NetworkEvaluator.create(model, rules, { hash: HASH, batch: 2, provider }),
    ).catch((error: unknown) => error);
    if (!(result instanceof Error)) skip('CUDA works here');
    expect(result).toMatchObject({ code: 'PROVIDER_MISSING', exit: 2 });
  });
});
