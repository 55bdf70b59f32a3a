import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { RrError } from '../../../src/core/errors.ts';
import { FormulaEvaluator } from '../../../src/search/evaluators/formula.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import type { PlayedGame } from '../../../src/search/play/played-game.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { runGames } from '../../../src/selfplay/scheduler/game-scheduler.ts';
import { RunGames } from '../../../src/selfplay/scheduler/run-games.ts';
import type { FromWorker } from '../../../src/selfplay/workers/messages.ts';
import { serveGames } from '../../../src/selfplay/workers/serve.ts';
import { rulesOf } from '../../search/positions.ts';
import { playOne } from '../plain-run.ts';

const rules = rulesOf('hex8', 2);
const resources = {
  bench: new Workbench(rules),
  network: new HashedEvaluator(rules),
  heuristic: new FormulaEvaluator(rules),
  weightNoise: 0.1,
};
const base = { seed: 9, mixScope: 'seat', openingMoves: 2, maxMoves: 40 } as const;

describe('the games of a run', () => {
  it('plays through a scheduler what players that answer at once play alone', async () => {
    const mix = [
      { player: 'heuristic-light', weight: 1 },
      { player: 'random', weight: 1 },
    ];
    const games = new RunGames({ ...base, mix }, resources, { hashes: false });
    const results: PlayedGame[] = [];
    let index = 0;
    await runGames(
      () => (index < 4 ? games.create(index++) : null),
      (game) => results.push(game.result()),
      { inFlight: 2, batch: 4 },
    );
    for (const result of results) expect(result).toEqual(playOne(games, result.index));
  });

  it('forks begin as the game they name does, leave it, and depend on seed and index alone', async () => {
    const mix = [{ player: 'gumbel:4', weight: 1 }];
    const within = 6;
    const run = (share: number) =>
      new RunGames({ ...base, mix, ...(share > 0 && { fork: { share, within } }) }, resources, { hashes: false });
    const play = async (games: RunGames, indices: number[], inFlight: number): Promise<PlayedGame[]> => {
      const results: PlayedGame[] = [];
      const orders = [...indices];
      const next = () => {
        const index = orders.shift();
        return index === undefined ? null : games.create(index);
      };
      await runGames(next, (game) => results.push(game.result()), { inFlight, batch: 4 });
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
    const run = new RunGames({ ...base, mix: [{ player: 'gumbel:4', weight: 1 }] }, resources, { hashes: false });
    const { port1, port2 } = new MessageChannel();
    const served = serveGames(
      port2,
      Promise.resolve(run),
      ({ index, game }) => ({ result: { index, moves: game.state.ply }, transfer: [] }),
      { inFlight: 3, batch: 4, stopped: () => false },
    );
    const indices: number[] = [];
    await new Promise<void>((resolve) => {
      port1.on('message', (report: FromWorker<{ index: number }>) => {
        if (!('result' in report)) {
          resolve();
          return;
        }
        indices.push(report.result.index);
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
    const served = serveGames(port2, lost, () => ({ result: 0, transfer: [] }), {
      inFlight: 2,
      schedulers: 2,
      stopped: () => false,
    });
    const reports: FromWorker<number>[] = [];
    await new Promise<void>((resolve) => {
      port1.on('message', (report: FromWorker<number>) => {
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
