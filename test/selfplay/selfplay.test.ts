import { describe, expect, test } from 'vitest';
import { indicesOf, runId, type SelfplaySpec } from '../../src/selfplay/setup/spec.ts';
import { InOrder } from '../../src/selfplay/workers/in-order.ts';
import { type PoolOptions, playInWorkers } from '../../src/selfplay/workers/pool.ts';
import { plainGames, playOne } from './plain-run.ts';

const spec: SelfplaySpec = {
  board: 'hex8',
  players: 2,
  options: {},
  seed: 12,
  mix: [
    { player: 'heuristic-light', weight: 1 },
    { player: 'random', weight: 3 },
  ],
  mixScope: 'seat',
  openingMoves: 3,
  weightNoise: 0.1,
  maxMoves: 600,
};

describe('a run', () => {
  test('plays each game from its index alone, whatever was played before', () => {
    const forwards = plainGames(spec, true);
    const backwards = plainGames(spec, true);
    const games = [0, 1, 2, 3, 4].map((index) => playOne(forwards, index));
    const reversed = [4, 3, 2, 1, 0].map((index) => playOne(backwards, index)).reverse();
    expect(reversed).toEqual(games);
    expect(new Set(games.map((game) => game.moves.join())).size).toBe(5);
  });

  test('stops a game undecided at the limit of moves', () => {
    const game = playOne(plainGames({ ...spec, maxMoves: 30 }), 0);
    expect(game).toMatchObject({ winner: 0, outcome: 0 });
    expect(game.moves.length).toBeGreaterThanOrEqual(30);
    expect(game.moves.length).toBeLessThan(40);
  });

  test('random openings differ where the players alone would not', () => {
    const fixed = { ...spec, mix: [{ player: 'heuristic', weight: 1 }], weightNoise: 0 };
    const opening = (openingMoves: number) => {
      const games = plainGames({ ...fixed, openingMoves });
      return new Set(Array.from({ length: 12 }, (_, i) => playOne(games, i).moves[0])).size;
    };
    expect(opening(1)).toBeGreaterThan(opening(0));
  });

  test('its id changes with everything its games depend on', () => {
    const variants: SelfplaySpec[] = [
      spec,
      { ...spec, seed: 13 },
      { ...spec, players: 3 },
      { ...spec, options: { swapRuleEnabled: true } },
      { ...spec, mixScope: 'game' },
      { ...spec, openingMoves: 0 },
      { ...spec, weightNoise: 0 },
      { ...spec, maxMoves: 601 },
      { ...spec, mix: [{ player: 'random', weight: 1 }] },
    ];
    expect(new Set(variants.map(runId)).size).toBe(variants.length);
    expect(runId({ ...spec })).toBe(runId(spec));
  });

  test('shards divide the indices, and what is done is left out', () => {
    expect([...indicesOf(7, { index: 1, count: 3 })]).toEqual([1, 4]);
    expect([...indicesOf(5, undefined, new Set([0, 3]))]).toEqual([1, 2, 4]);
    const parts = [0, 1, 2].flatMap((index) => [...indicesOf(20, { index, count: 3 })]);
    expect(parts.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});

test('results come out in the order of the indices', () => {
  const order = new InOrder<string>([2, 5, 7, 9].values());
  expect(order.add(7, 'c')).toEqual([]);
  expect(order.add(2, 'a')).toEqual(['a']);
  expect(order.add(5, 'b')).toEqual(['b', 'c']);
  expect(order.rest()).toEqual([]);
  const broken = new InOrder<string>([1, 2, 3].values());
  broken.add(3, 'z');
  broken.add(2, 'y');
  expect(broken.rest()).toEqual(['y', 'z']);
});

describe('worker pool', () => {
  const entry = new URL('./pool-worker.ts', import.meta.url);
  const lives = (count: number) => new Int32Array(new SharedArrayBuffer(4)).fill(count);
  const pool = (options: Partial<PoolOptions<Int32Array>>) => ({
    entry,
    workerData: { spec, deadly: -1, lives: lives(0), how: 'exit' },
    workers: 2,
    indices: indicesOf(30),
    window: 100,
    onGame: () => {},
    signal: new AbortController().signal,
    ...options,
  });

  async function played(options: Partial<PoolOptions<Int32Array>>): Promise<Map<number, string>> {
    const games = new Map<number, string>();
    await playInWorkers<Int32Array>(
      pool({
        onGame: (index, moves) => {
          expect(games.has(index)).toBe(false);
          games.set(index, moves.join());
        },
        ...options,
      }),
    );
    return games;
  }

  const alone = () => {
    const games = plainGames(spec);
    return new Map(Array.from({ length: 30 }, (_, i) => [i, playOne(games, i).moves.join()]));
  };

  test('plays every game once, the same games as without workers', async () => {
    const games = await played({});
    expect(new Map([...games].sort(([a], [b]) => a - b))).toEqual(alone());
  });

  test.each(['exit', 'throw'] as const)(
    'a worker that dies (%s) is replaced and its games are played again',
    async (how) => {
      const lost: number[] = [];
      const games = await played({
        workerData: { spec, deadly: 11, lives: lives(2), how },
        onLost: (_, indices) => lost.push(...indices),
      });
      expect(games).toEqual(
        new Map([...alone()].sort(([a], [b]) => [...games.keys()].indexOf(a) - [...games.keys()].indexOf(b))),
      );
      expect(lost.filter((index) => index === 11)).toHaveLength(2);
    },
  );

  test('a game that kills every worker ends the run with its name', async () => {
    await expect(played({ workerData: { spec, deadly: 4, lives: lives(99), how: 'throw' } })).rejects.toThrow(
      'game 4 ended 3 workers: out of luck',
    );
  });

  test('aborting delivers finished games and stops the rest', async () => {
    const stop = new AbortController();
    const games = new Map<number, Int32Array>();
    await playInWorkers<Int32Array>(
      pool({
        indices: indicesOf(100_000),
        signal: stop.signal,
        onGame: (index, moves) => {
          games.set(index, moves);
          if (games.size === 5) stop.abort();
        },
      }),
    );
    expect(games.size).toBeGreaterThanOrEqual(5);
    expect(games.size).toBeLessThan(1000);
  });

  test('a slow consumer holds the workers back', async () => {
    let waiting = 0;
    let most = 0;
    let taken = 0;
    await playInWorkers<Int32Array>(
      pool({
        indices: indicesOf(300),
        workerData: {
          spec: { ...spec, mix: [{ player: 'random', weight: 1 }] },
          deadly: -1,
          lives: lives(0),
          how: 'exit',
        },
        onGame: async () => {
          most = Math.max(most, ++waiting);
          await new Promise((resolve) => setTimeout(resolve, 5));
          waiting--;
          taken++;
        },
      }),
    );
    expect(taken).toBe(300);
    expect(most).toBeLessThanOrEqual(2 * 64 + 2);
  });

  test('a consumer that fails ends the run with its error', async () => {
    const failing = played({
      onGame: () => {
        throw new Error('disk full');
      },
    });
    await expect(failing).rejects.toThrow('disk full');
  });
});
