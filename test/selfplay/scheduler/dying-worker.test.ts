import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHARED_SCHEDULERS } from '../../../src/selfplay/inference/choice.ts';
import { type InferenceHandle, openForWorkers } from '../../../src/selfplay/inference/open.ts';
import type { RunSpec } from '../../../src/selfplay/scheduler/run-games.ts';
import { indicesOf } from '../../../src/selfplay/setup/spec.ts';
import { playInWorkers } from '../../../src/selfplay/workers/pool.ts';
import { untrainedModel } from '../../search/models.ts';
import type { SearchedWorkerData } from './searched-worker.ts';

const GAMES = 12;
const WORKERS = 2;
const spec: RunSpec = {
  seed: 9,
  mix: [{ player: 'gumbel:8', weight: 1 }],
  mixScope: 'game',
  openingMoves: 2,
  maxMoves: 30,
};

interface Played {
  readonly games: ReadonlyMap<number, string>;
  /** Games in flight of each worker that died. */
  readonly lost: readonly (readonly number[])[];
}

async function play(deaths: number, inference: InferenceHandle | undefined): Promise<Played> {
  const games = new Map<number, string>();
  const lost: number[][] = [];
  await playInWorkers<string>({
    entry: new URL('./searched-worker.ts', import.meta.url),
    workerData: {
      spec,
      inference: inference?.inference,
      deaths: new Int32Array(new SharedArrayBuffer(4)).fill(deaths),
    } satisfies SearchedWorkerData,
    workers: WORKERS,
    ahead: 8,
    indices: indicesOf(GAMES),
    window: 100,
    signal: new AbortController().signal,
    onGame: (index, moves) => {
      expect(games.has(index)).toBe(false);
      games.set(index, moves);
    },
    onLost: (_, indices) => lost.push([...indices]),
  });
  return { games: new Map([...games].sort(([a], [b]) => a - b)), lost };
}

describe('a worker that dies with searched games in flight and a batch on its way', () => {
  let expected: Played;
  let inference: InferenceHandle;
  beforeAll(async () => {
    expected = await play(0, undefined);
    const network = { model: untrainedModel('hex8', 2), hash: 'e'.repeat(64), board: 'hex8' } as const;
    inference = await openForWorkers({ ...network, provider: 'cpu', device: 0, batch: 8 }, WORKERS);
    expect(inference.inference.slots).toHaveLength(WORKERS * SHARED_SCHEDULERS);
  });
  afterAll(() => inference.close());

  it.each(['own', 'shared'])('is replaced and its games are replayed from their seeds: %s network', async (which) => {
    const { games, lost } = await play(2, which === 'shared' ? inference : undefined);
    expect(lost).toHaveLength(2);
    for (const indices of lost) expect(indices.length).toBeGreaterThan(1);
    expect(games).toEqual(expected.games);
  });

  it('workers that share a network play what workers with their own play', async () => {
    expect(await play(0, inference)).toEqual(expected);
  });
});
