/** From a stream of games to files: filters, configs, layouts. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { GameConfig } from '../../src/engine/config-key.ts';
import type { Game } from '../../src/games/game/game.ts';
import type { GameItem } from '../../src/games/game/open.ts';
import type { TextArray } from '../../src/io/npz/npy.ts';
import { AiServiceWriter } from '../../src/samples/ai-service/writer.ts';
import { exportGames } from '../../src/samples/export.ts';
import { Rr1Writer } from '../../src/samples/rr1.ts';
import type { GameFilter } from '../../src/samples/sieve.ts';
import { arraysOf, makeGame, numbers, stream } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (config: GameConfig) => join(folder, `${config.key}.npz`);
const open = (config: GameConfig) =>
  new Rr1Writer(
    { config, target: { path: path(config) }, spillFolder: folder },
    { sampleEvery: 1, includeBookkeeping: false, compressionLevel: 1 },
  );

const hex = [1, 2, 3, 4].map((seed) => makeGame('hex8', 2, seed));
const square = makeGame('square8', 3, 9);

async function skippedBy(filter: GameFilter, games: readonly Game[] = hex): Promise<[number, Record<string, number>]> {
  const { files, skipped } = await exportGames(stream(games), filter, { open });
  const some = Object.fromEntries(Object.entries(skipped).filter(([, count]) => count > 0));
  return [files.reduce((sum, file) => sum + file.games, 0), some];
}

describe('filters', () => {
  it.each<[string, GameFilter, readonly Game[], number, Record<string, number>]>([
    ['nothing', {}, hex, 4, {}],
    ['config', { config: 'hex8_2p' }, [...hex, square], 4, { other_config: 1 }],
    ['minMoves', { minMoves: 100_000 }, hex, 0, { short: 4 }],
    ['maxGames', { maxGames: 3 }, hex, 3, { over_limit: 1 }],
    ['since', { since: '2026-11-04' }, hex, 2, { old: 2 }],
    ['engines', { engines: ['heuristic'] }, hex, 0, { engine: 4 }],
    ['minQuality', { minQuality: 0.25 }, hex, 2, { quality: 2 }],
    ['dedupe', { dedupe: true }, [...hex, ...hex], 4, { duplicate: 4 }],
    [
      'undecided',
      {},
      [{ ...hex[0], winner: 0 }, { ...hex[1], status: 'in_progress' as const }, hex[2]],
      1,
      { undecided: 2 },
    ],
  ])('%s', async (_, filter, games, kept, skipped) => {
    expect(await skippedBy(filter, games)).toEqual([kept, skipped]);
  });

  it('refuses a date that is none', async () => {
    await expect(skippedBy({ since: 'yesterday' })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('files', () => {
  it('makes one per config', async () => {
    const { files } = await exportGames(stream([...hex, square]), {}, { open });
    expect(files.map(({ config, games }) => [config, games])).toEqual([
      ['hex8_2p', 4],
      ['square8_3p', 1],
    ]);
    for (const { config, samples } of files) {
      expect((await arraysOf(join(folder, `${config}.npz`))).get('features')?.shape[0]).toBe(samples);
    }
  });

  it('makes none of too few games, and says of which', async () => {
    const { files, tooFew } = await exportGames(stream([...hex, square]), {}, { open, minGames: 2 });
    expect(files.map(({ config }) => config)).toEqual(['hex8_2p']);
    expect(tooFew).toEqual([{ config: 'square8_3p', games: 1 }]);
  });

  it('counts a game that does not fit the rules and goes on', async () => {
    const moves = hex[0].moves.slice().reverse();
    const problems: string[] = [];
    const { files, skipped } = await exportGames(
      stream([{ ...hex[0], moves }, hex[1]]),
      {},
      {
        open,
        onUnreadable: ({ id }) => problems.push(id),
      },
    );
    expect([files[0].games, skipped.unreadable, problems]).toEqual([1, 1, [hex[0].id]]);
  });

  it('makes none when the source fails', async () => {
    const target = join(folder, 'failing.npz');
    async function* failing(): AsyncGenerator<GameItem> {
      yield { game: hex[0] };
      throw new Error('the disk went away');
    }
    const writer = (config: GameConfig) =>
      new Rr1Writer(
        { config, target: { path: target }, spillFolder: folder },
        { sampleEvery: 1, includeBookkeeping: false, compressionLevel: 1 },
      );
    await expect(exportGames(failing(), {}, { open: writer })).rejects.toThrow('the disk went away');
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('layout ai-service, not exact', () => {
  const write = async (games: readonly Game[], shuffleSeed?: number) => {
    const target = join(folder, `service-${shuffleSeed}.npz`);
    const writer = (config: GameConfig) =>
      new AiServiceWriter(
        { config, target: { path: target }, spillFolder: folder },
        {
          sampleEvery: 1,
          includeBookkeeping: false,
          compressionLevel: 1,
          exact: false,
          qualityWeighted: true,
          heuristics: false,
          now: 1_795_000_000,
          ...(shuffleSeed !== undefined && { shuffleSeed }),
        },
      );
    await exportGames(stream(games), {}, { open: writer });
    return arraysOf(target);
  };

  it('puts the winner first and rotates nothing in values_mp', async () => {
    const games = [11, 12, 13].map((seed) => makeGame('square8', 4, seed, true));
    const arrays = await write(games);
    const multi = numbers(arrays, 'values_mp');
    const values = numbers(arrays, 'values');
    const total = numbers(arrays, 'total_game_moves');
    let row = 0;
    for (const game of games) {
      const rows = total.filter((moves, i) => i >= row && moves === game.moves.length).length;
      for (let i = row; i < row + rows; i++) {
        expect(multi[4 * i + game.winner - 1]).toBe(1);
        expect(Math.max(...multi.slice(4 * i, 4 * i + 4))).toBe(1);
        expect(multi.slice(4 * i, 4 * i + 4)).toContain(values[i]);
      }
      row += rows;
    }
    expect(row).toBe(values.length);
  });

  it('never repeats an index within a policy and weighs samples to a mean of one', async () => {
    const arrays = await write([21, 22].map((seed) => makeGame('hex8', 2, seed, true)));
    const indices = arrays.get('policy_indices');
    if (indices?.kind !== 'object') throw new Error('ragged policies are object arrays');
    for (const value of indices.values) {
      const bytes = (value as { content: Uint8Array }).content;
      const row = Array.from(new Int32Array(Uint8Array.from(bytes).buffer));
      expect(new Set(row).size).toBe(row.length);
    }
    const weights = numbers(arrays, 'sample_weights');
    expect(weights.reduce((a, b) => a + b, 0) / weights.length).toBeCloseTo(1, 5);
    expect(arrays.get('phases')?.kind).toBe('text');
    expect(JSON.parse(String((arrays.get('metadata_json') as TextArray).values[0]))).toMatchObject({
      game_count: 2,
    });
  });

  it('shuffles planes together with everything else', async () => {
    const games = [31, 32].map((seed) => makeGame('hex8', 2, seed));
    const [plain, shuffled] = [await write(games), await write(games, 5)];
    const texts = (arrays: typeof plain) => {
      const planes = numbers(arrays, 'features');
      const moves = numbers(arrays, 'move_numbers');
      return moves.map((move, i) => {
        const row = planes.slice((i * planes.length) / moves.length, ((i + 1) * planes.length) / moves.length);
        return `${move} ${row.flatMap((value, at) => (value === 0 ? [] : [`${at}:${value}`])).join(' ')}`;
      });
    };
    expect(texts(shuffled)).not.toEqual(texts(plain));
    expect(texts(shuffled).sort()).toEqual(texts(plain).sort());
  });
});
