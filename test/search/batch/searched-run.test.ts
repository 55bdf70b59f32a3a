import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { runLane } from '../../../src/search/batch/lane.ts';
import { SearchedRun } from '../../../src/search/batch/searched-run.ts';
import { serveSearchedGames } from '../../../src/search/batch/serve.ts';
import { FormulaEvaluator } from '../../../src/search/evaluators/formula.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import type { PlayedGame } from '../../../src/search/play/play-game.ts';
import { RunGames } from '../../../src/search/selfplay/games.ts';
import type { Report } from '../../../src/search/selfplay/serve.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { rulesOf } from '../positions.ts';

const rules = rulesOf('hex8', 2);
const resources = {
  bench: new Workbench(rules),
  network: new HashedEvaluator(rules),
  heuristic: new FormulaEvaluator(rules),
  settings: { weightNoise: 0.1 },
};
const base = { seed: 9, mixScope: 'seat', openingMoves: 2, maxMoves: 40 } as const;

describe('a run of searched games', () => {
  it('is the run of RunGames when nobody searches', async () => {
    const mix = [
      { player: 'heuristic-light', weight: 1 },
      { player: 'random', weight: 1 },
    ];
    const options = {};
    const plain = new RunGames({ ...base, mix, weightNoise: 0.1, board: 'hex8', players: 2, options }, false);
    const searched = new SearchedRun({ ...base, mix }, false, resources);
    const results: PlayedGame[] = [];
    let index = 0;
    await runLane(
      () => (index < 4 ? searched.create(index++) : null),
      (game) => results.push(game.result()),
      { inFlight: 2, batch: 4 },
    );
    for (const result of results) expect(result).toEqual(plain.play(result.index));
  });

  it('serves orders as they come and ends when told', async () => {
    const run = new SearchedRun({ ...base, mix: [{ player: 'gumbel:4', weight: 1 }] }, false, resources);
    const { port1, port2 } = new MessageChannel();
    const served = serveSearchedGames(
      port2,
      (index) => run.create(index),
      new Int32Array(1),
      ({ index, game }) => ({ payload: { index, moves: game.state.ply }, transfer: [] }),
      { inFlight: 3, batch: 4 },
    );
    const indices: number[] = [];
    await new Promise<void>((resolve) => {
      port1.on('message', (report: Report<{ index: number }>) => {
        if ('ended' in report) {
          resolve();
          return;
        }
        indices.push(report.payload.index);
        if (indices.length === 2) port1.postMessage({ play: 7 });
        if (indices.length === 4) port1.postMessage({ end: true });
      });
      for (const play of [0, 1, 2]) port1.postMessage({ play });
    });
    expect(indices.sort()).toEqual([0, 1, 2, 7]);
    await served;
    port1.close();
  });
});
