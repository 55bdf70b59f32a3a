import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { RrError } from '../../../src/core/errors.ts';
import { FormulaEvaluator } from '../../../src/search/evaluators/formula.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import type { PlayedGame } from '../../../src/search/play/play-game.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { runLane } from '../../../src/selfplay/scheduler/lane.ts';
import { SearchedRun } from '../../../src/selfplay/scheduler/searched-run.ts';
import { RunGames } from '../../../src/selfplay/spec/games.ts';
import type { Report } from '../../../src/selfplay/workers/serve.ts';
import { serveSearchedGames } from '../../../src/selfplay/workers/serve-searched.ts';
import { rulesOf } from '../../search/positions.ts';

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

  it('forks begin as the game they name does, leave it, and depend on seed and index alone', async () => {
    const mix = [{ player: 'gumbel:4', weight: 1 }];
    const within = 6;
    const run = (share: number) =>
      new SearchedRun({ ...base, mix, ...(share > 0 && { fork: { share, within } }) }, false, resources);
    const play = async (searched: SearchedRun, indices: number[], inFlight: number): Promise<PlayedGame[]> => {
      const results: PlayedGame[] = [];
      const orders = [...indices];
      const next = () => {
        const index = orders.shift();
        return index === undefined ? null : searched.create(index);
      };
      await runLane(next, (game) => results.push(game.result()), { inFlight, batch: 4 });
      return results.sort((a, b) => a.index - b.index);
    };
    const plain = await play(run(0), [0, 1, 2, 3, 4, 5], 3);
    const forked = await play(run(1), [0, 1, 2, 3, 4, 5], 3);
    expect(await play(run(1), [5, 3], 1)).toEqual([forked[3], forked[5]]);
    expect(forked[0]).toEqual(plain[0]);
    for (const game of forked.slice(1)) {
      const { fork, moves, searches } = game;
      if (!fork) throw new Error('no fork');
      expect(fork.index).toBeLessThan(game.index);
      expect(fork.decisions).toBeLessThanOrEqual(within);
      // what the other game decided, and the drawn move, weigh nothing
      const seen = searches.filter(({ weight }) => weight === 0).map(({ ply }) => ply);
      expect(seen).toHaveLength(fork.decisions + 1);
      const shared = seen[fork.decisions] ?? 0;
      expect(moves.slice(0, shared)).toEqual(plain[fork.index].moves.slice(0, shared));
      expect(moves).not.toEqual(plain[fork.index].moves);
      expect(searches.filter(({ weight }) => weight === 0).every(({ policy }) => policy === undefined)).toBe(true);
    }
    expect(new Set(forked.map(({ moves }) => moves.join())).size).toBe(6);
  });

  it('serves orders as they come and ends when told', async () => {
    const run = new SearchedRun({ ...base, mix: [{ player: 'gumbel:4', weight: 1 }] }, false, resources);
    const { port1, port2 } = new MessageChannel();
    const served = serveSearchedGames(
      port2,
      Promise.resolve(run),
      new Int32Array(1),
      ({ index, game }) => ({ payload: { index, moves: game.state.ply }, transfer: [] }),
      { inFlight: 3, batch: 4 },
    );
    const indices: number[] = [];
    await new Promise<void>((resolve) => {
      port1.on('message', (report: Report<{ index: number }>) => {
        if (!('payload' in report)) {
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

  it('reports an expected failure of its opening once, when the first game is ordered', async () => {
    const { port1, port2 } = new MessageChannel();
    const lost = Promise.reject(new RrError('FILE_NOT_FOUND', { path: 'model.onnx' }));
    const served = serveSearchedGames(port2, lost, new Int32Array(1), () => ({ payload: 0, transfer: [] }), {
      inFlight: 2,
      lanes: 2,
    });
    const reports: Report<number>[] = [];
    await new Promise<void>((resolve) => {
      port1.on('message', (report: Report<number>) => {
        reports.push(report);
        if ('failure' in report) port1.postMessage({ end: true });
        if ('ended' in report) resolve();
      });
      for (const play of [0, 1, 2]) port1.postMessage({ play });
    });
    expect(reports).toEqual([{ failure: { code: 'FILE_NOT_FOUND', params: { path: 'model.onnx' } } }, { ended: true }]);
    await served;
    port1.close();
  });
});
