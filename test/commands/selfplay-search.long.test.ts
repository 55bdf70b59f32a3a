import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GameStore } from '../../src/games/store/store.ts';
import { openNpz } from '../../src/io/npz/reader.ts';
import { writeModel } from '../../src/net/model/file.ts';
import { bash, type Result, rr } from '../run.ts';
import { untrainedModel } from '../search/models.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-selfplay-search-'));
const model = join(folder, 'square8.onnx');
/** Finite weights, answers that are not. */
const broken = join(folder, 'broken.onnx');
beforeAll(() => {
  const sound = untrainedModel('square8', 2);
  writeFileSync(model, writeModel(sound));
  writeFileSync(broken, writeModel({ ...sound, weights: sound.weights.map((weight) => 1e30 * weight) }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Search {
  readonly policy?: readonly (readonly [number, number])[];
  readonly values?: readonly number[];
  readonly budget?: number;
  readonly surprise?: number;
}
interface Game {
  readonly id: string;
  readonly run: string;
  readonly search: readonly Search[];
  readonly fork?: { readonly index: number; readonly decisions: number };
}

const linesOf = <T>({ stdout }: Result, type: string): T[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith(`{"type":"${type}"`))
    .map((line): T => JSON.parse(line));

const BASE = ['selfplay', '--board', 'square8', '--max-moves', '40', '--seed', '3'];
const gumbel = (games: number, ...args: string[]): Promise<Result> =>
  rr([...BASE, '--games', String(games), '--engine', 'gumbel', '--model', model, '--budget', '8', ...args]);

describe('rr selfplay with players that search', () => {
  test('the games depend on seed and index, not on workers, games in flight, cache or shards', async () => {
    const one = await gumbel(4, '--workers', '1', '--games-in-flight', '1');
    expect(one.stderr).not.toContain('rr selfplay:');
    expect(one.status).toBe(0);
    const games = linesOf<Game>(one, 'game');
    expect(games).toHaveLength(4);
    const two = await gumbel(4, '--workers', '2', '--games-in-flight', '3', '--cache', '0');
    expect(linesOf(two, 'game')).toEqual(games);
    const shard = await gumbel(4, '--shard', '1/2', '--batch', '16');
    expect(linesOf<Game>(shard, 'game').map(({ id }) => id)).toEqual([games[1]?.id, games[3]?.id]);
    const [header] = linesOf(one, 'header');
    expect(header).toMatchObject({ provider: 'cpu', search: { temperature: 'alphazero' } });
  });

  test('workers that share one inference worker play the same games, and the header says so', async () => {
    const own = await gumbel(4, '--workers', '2');
    const shared = await gumbel(4, '--workers', '2', '--inference', 'shared', '--games-in-flight', '5');
    expect(shared.stderr).not.toContain('rr selfplay:');
    expect(linesOf<Game>(shared, 'game')).toEqual(linesOf<Game>(own, 'game'));
    expect(linesOf(own, 'header')).toMatchObject([{ provider: 'cpu', inference: 'own' }]);
    expect(linesOf(shared, 'header')).toMatchObject([{ provider: 'cpu', inference: 'shared' }]);
  });

  test('searches go into records: budgets, values, policies of full searches', async () => {
    const [game] = linesOf<Game>(await gumbel(1, '--cheap-budget', '4', '--cheap-share', '0.5'), 'game');
    const searches = game?.search ?? [];
    expect(new Set(searches.map(({ budget }) => budget))).toEqual(new Set([4, 8]));
    for (const { policy, values, budget, surprise } of searches) {
      expect(values).toHaveLength(2);
      expect(policy !== undefined).toBe(budget === 8);
      expect(surprise !== undefined).toBe(policy !== undefined);
    }
  });

  test('temperature, budget, playout cap and model are part of the run, provider flags are not', async () => {
    const run = async (...args: string[]): Promise<string | undefined> =>
      linesOf<Game>(await gumbel(1, ...args), 'header')[0]?.run;
    const standard = await run();
    expect(await run('--workers', '2', '--provider', 'cpu', '--cache', '64')).toBe(standard);
    const others = [await run('--temperature', '0.5'), await run('--cheap-share', '0'), await run('--symmetry')];
    const scaled = [await run('--c-scale', '0.5'), await run('--c-visit', '20')];
    expect(new Set([standard, ...others, ...scaled]).size).toBe(6);
  });

  test('a run of before the settings of the search keeps its identity', async () => {
    const before = ['--sample-from', 'visits', '--c-scale', '1', '--c-visit', '50', '--cheap-budget', '0'];
    const args = ['selfplay', '--config', 'hex8_2p', '--engine', 'gumbel-heuristic:8', '--games', '1', '--seed', '3'];
    const [header] = linesOf<Game>(await rr([...args, '--max-moves', '4', ...before]), 'header');
    expect(header?.run).toBe('34cb230f50938a20');
  });

  test('settings of the search come from rr.yaml too, and flags override them', async () => {
    const cwd = join(folder, 'project');
    mkdirSync(cwd);
    writeFileSync(
      join(cwd, 'rr.yaml'),
      'selfplay:\n  temperature: 0.5\n  cheap-share: 0.25\n  cheap-budget: 4\n  c-scale: 0.2\n',
    );
    const args = ['selfplay', '--config', 'hex8_2p', '--engine', 'gumbel-heuristic:8', '--games', '1', '--seed', '3'];
    const result = await rr([...args, '--max-moves', '4', '--cheap-share', '0.5'], { cwd });
    expect(linesOf(result, 'header')).toMatchObject([
      {
        search: {
          ...{ temperature: '0.5', cheapShare: 0.5, cheapSimulations: 4 },
          scale: { cVisit: 50, cScale: 0.2 },
        },
      },
    ]);
  });

  test('forks: the same for any workers and shards, part of the run, in records and databases', async () => {
    const database = join(folder, 'forks.db');
    const fork = ['--fork-share', '0.9', '--fork-within', '5'];
    const one = linesOf<Game>(await gumbel(6, ...fork, '--workers', '1'), 'game');
    expect(one.filter((game) => game.fork).length).toBeGreaterThan(2);
    const shard = await gumbel(6, ...fork, '--shard', '1/2', '--out', database, '--out', '-');
    expect(linesOf<Game>(shard, 'game').map((game) => game.fork)).toEqual([1, 3, 5].map((i) => one[i]?.fork));
    expect(linesOf<Game>(shard, 'game').map(({ id }) => id)).toEqual([1, 3, 5].map((i) => one[i]?.id));
    const dumped = linesOf<Game>(await rr(['db', 'dump', database]), 'game');
    expect(dumped.map(({ id, fork: of }) => [id, of]).sort()).toEqual(
      [1, 3, 5].map((i) => [one[i]?.id, one[i]?.fork]).sort(),
    );
    const plain = linesOf<Game>(await gumbel(1, '--fork-share', '0'), 'game');
    expect(plain[0]?.run).not.toBe(one[0]?.run);
  });

  test('temperatures that go by the rating or the training: given, or the rating measured in gauntlets', async () => {
    const data = join(folder, 'rated');
    const search = async (...args: string[]): Promise<unknown> => {
      const result = await gumbel(1, '--data', data, ...args);
      expect(result.stderr).not.toContain('rr selfplay:');
      return linesOf<{ search: unknown }>(result, 'header')[0]?.search;
    };
    expect(await search('--temperature', 'elo_adaptive', '--model-elo', '1650')).toMatchObject({ elo: 1650 });
    expect(await search('--temperature', 'curriculum', '--training-progress', '0.4')).toMatchObject({ progress: 0.4 });
    const players = ['--candidate', model, '--against', 'random', '--budget', '2', '--max-moves', '60', '--games', '2'];
    expect((await rr(['gauntlet', '--board', 'square8', ...players, '--data', data, '--seed', '1'])).status).toBe(0);
    expect(await search('--temperature', 'elo_adaptive')).toMatchObject({ elo: expect.any(Number) });
  });

  test('mcts with the heuristic needs no network and stores into a database', async () => {
    const database = join(folder, 'mcts.db');
    const { status } = await rr([...BASE, '--engine', 'mcts-heuristic:4', '--games', '2', '--out', database]);
    expect(status).toBe(0);
    const store = await GameStore.openReadOnly(database);
    expect(store.ids()).toHaveLength(2);
    store.close();
  });

  test('searched policies become targets of the export', async () => {
    const npz = join(folder, 'out.npz');
    const { status, stderr } = await bash(
      `"$NODE" "$RR" selfplay --board square8 --seed 1 --games 1 --engine gumbel --model ${model} --budget 8 |
       "$NODE" "$RR" export --npz --out ${npz}`,
    );
    expect(stderr).not.toMatch(/rr export:|rr selfplay:/);
    expect(status).toBe(0);
    const file = await openNpz(npz);
    const numbers = async (name: string): Promise<number[]> => {
      const array = await file.load(name);
      return array.kind === 'numeric' ? Array.from<number | bigint, number>(array.data, Number) : [];
    };
    const searched = await numbers('searched');
    const weights = await numbers('weight');
    file.close();
    // 3: policy and values of a full search; 2: values of a cheap one; 0: the opening, drawn from the bare policy.
    expect(new Set(searched.filter((bits) => bits > 0))).toEqual(new Set([2, 3]));
    expect(searched.filter((bits) => bits === 0).length).toBeLessThan(searched.length / 4);
    // surprise shares out the weight of full searches; everything else weighs one
    const policies = weights.filter((_, row) => searched[row] === 3);
    expect(new Set(policies).size).toBeGreaterThan(2);
    expect(policies.reduce((sum, weight) => sum + weight, 0) / policies.length).toBeCloseTo(1, 4);
    expect(weights.every((weight, row) => searched[row] === 3 || weight === 1)).toBe(true);
  });

  test('a model that answers NaN: typed error, nothing stored', async () => {
    const database = join(folder, 'nan.db');
    const result = await rr([
      ...[
        ...BASE,
        '--games',
        '2',
        '--engine',
        'gumbel',
        '--model',
        broken,
        '--budget',
        '8',
        '--workers',
        '1',
        '--out',
        database,
      ],
    ]);
    expect(result.status).toBe(5);
    expect(result.stderr).toMatch(/the model is not usable/);
    const store = await GameStore.openReadOnly(database);
    expect(store.ids()).toEqual([]);
    store.close();
  });

  test.each([
    [['--engine', 'gumbel'], 2, /needs a network/],
    [['--engine', 'random', '--model', model], 2, /uses a network/],
    [
      ['--engine', 'heuristic', '--fork-share', '0.1'],
      2,
      /--fork-share needs a player that searches; 'heuristic' has none/,
    ],
    [['--engine', 'gumbel', '--model', model, '--fork-share', '2'], 2, /fork-share/],
    [['--engine', 'random', '--inference', 'shared', '--require-gpu'], 2, /--require-gpu, --inference: none of the/],
    [['--engine', 'heuristic', '--budget', '64'], 2, /--budget needs a player that searches; 'heuristic' has none/],
    [['--engine', 'gumbel', '--model', model, '--budget', '1'], 2, /at least 2 simulations/],
    [['--engine', 'gumbel', '--model', model, '--temperature', 'alphazer'], 2, /alphazero/],
    [['--engine', 'gumbel', '--model', model, '--temperature', 'elo_adaptive'], 2, /needs the rating of who plays/],
    [['--engine', 'gumbel', '--model', model, '--temperature', 'curriculum'], 2, /needs --training-progress/],
    [['--engine', 'gumbel', '--model', model, '--model-elo', '1400'], 2, /--model-elo: temperature 'alphazero' does/],
    [['--engine', 'gumbel', '--model', model, '--batch', '900000000'], 2, /batches of 900000000 positions need about/],
    [['--engine', 'gumbel', '--model', model, '--cheap-share', '2'], 2, /--cheap-share/],
    [['--engine', 'gumbel', '--model', model, '--provider', 'cpu', '--require-gpu'], 2, /--provider cpu was asked/],
    [['--engine', 'gumbel', '--model', model, '--config', 'hex8_2p'], 78, /trained for square8_2p, not for hex8_2p/],
  ])('refuses %j', async (args, status, message) => {
    const board = args.includes('--config') ? [] : ['--board', 'square8'];
    const result = await rr(['selfplay', ...board, '--games', '1', '--seed', '3', ...args]);
    expect(result.stderr).toMatch(message);
    expect(result.status).toBe(status);
    expect(result.stdout).toBe('');
  });
});
