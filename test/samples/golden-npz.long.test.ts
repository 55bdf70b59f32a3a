/** Golden NPZ files of the original against exports of their databases in layout ai-service, exact: every array. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConfigKey } from '../../src/engine/config-key.ts';
import { gameOfUpstream } from '../../src/games/game/of-upstream.ts';
import { openRingriftDb } from '../../src/games/upstream/reader.ts';
import { smallArray, toScalar } from '../../src/io/npz/convert.ts';
import { PyArray, toPlain } from '../../src/io/npz/python.ts';
import { openNpz } from '../../src/io/npz/reader.ts';
import type { AiServiceEncoderId } from '../../src/net/encode/ai-service/frames.ts';
import { AiServiceWriter } from '../../src/samples/ai-service/writer.ts';
import { seconds } from '../../src/samples/time.ts';

interface Case {
  npz: string;
  db: string;
  games: number;
  sampleEvery: number;
  encoder: AiServiceEncoderId;
  qualityWeighted: boolean;
}
const cases: Case[] = [
  { npz: 'hex8_2p_v2', db: 'hex8_2p', games: 4, sampleEvery: 1, encoder: 'hex_v2', qualityWeighted: true },
  { npz: 'hex8_2p_v3', db: 'hex8_2p', games: 2, sampleEvery: 2, encoder: 'hex_v3', qualityWeighted: false },
  { npz: 'square8_2p', db: 'square8_2p', games: 4, sampleEvery: 1, encoder: 'square_v2', qualityWeighted: false },
  { npz: 'square8_3p', db: 'square8_3p', games: 4, sampleEvery: 1, encoder: 'square_v2', qualityWeighted: false },
  { npz: 'hex8_4p_v2', db: 'hex8_4p', games: 3, sampleEvery: 3, encoder: 'hex_v2', qualityWeighted: false },
  {
    npz: 'hex8_2p_gumbel_v2',
    db: 'hex8_2p_gumbel',
    games: 1,
    sampleEvery: 1,
    encoder: 'hex_v2',
    qualityWeighted: true,
  },
];

/**
 * Every array is compared by value. By checksum, so bit for bit, all but two: the metadata hold the time of the export, and
 * zeros of the heuristic features differ in sign here and there.
 */
const NOT_BY_CHECKSUM = new Set(['metadata', 'heuristics']);

const root = resolve(import.meta.dirname, '../..');
const shared = resolve(root, '../shared/golden');
const folder = mkdtempSync(join(tmpdir(), 'rr-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
if (!existsSync(shared)) console.log('../shared is absent: only the NPZ fixtures are re-exported');

function filesOf({ npz, db }: Case): { npz: string; db: string } | undefined {
  const found = [join(root, 'test/fixtures'), shared]
    .map((base) => ({ npz: join(base, 'npz', `${npz}.npz`), db: join(base, 'db', `${db}.db.gz`) }))
    .find((files) => existsSync(files.npz) && existsSync(files.db));
  return found;
}

async function exported(path: string, db: string, c: Case, now: number): Promise<void> {
  const reader = await openRingriftDb(db);
  const config = parseConfigKey(c.db.split('_').slice(0, 2).join('_'));
  const writer = new AiServiceWriter(
    { config, target: { path }, spillFolder: folder },
    {
      encoder: c.encoder,
      exact: true,
      includeBookkeeping: true,
      sampleEvery: c.sampleEvery,
      qualityWeighted: c.qualityWeighted,
      heuristics: c.npz.includes('gumbel'),
      compressionLevel: 1,
      now,
    },
  );
  for (const game of reader.games({ newestFirst: true, limit: c.games })) {
    if ('problem' in game) throw new Error(game.problem);
    writer.add(gameOfUpstream(game, db));
  }
  reader.close();
  await writer.finish();
}

async function contents(
  path: string,
): Promise<Map<string, { dtype: string; shape: readonly number[]; values: unknown }>> {
  const npz = await openNpz(path);
  const arrays = new Map<string, { dtype: string; shape: readonly number[]; values: unknown }>();
  for (const { name } of npz.entries) {
    const array = await npz.load(name);
    const values =
      array.kind === 'numeric'
        ? array.data
        : array.kind === 'text'
          ? array.values
          : array.values.map((value) =>
              value instanceof PyArray ? [...smallArray(value, name)] : toPlain(value, name),
            );
    arrays.set(name, { dtype: array.kind === 'numeric' ? array.dtype : array.kind, shape: array.shape, values });
  }
  npz.close();
  return arrays;
}

describe.each(cases)('exact re-export of $npz', (c) => {
  const files = filesOf(c);
  it.skipIf(!files)('equals the golden file array by array', async () => {
    if (!files) return;
    const golden = await contents(files.npz);
    const source = await openNpz(files.npz);
    const metadata = toScalar(await source.load('metadata'), 'metadata') as Record<string, unknown>;
    source.close();
    const path = join(folder, `${c.npz}.npz`);
    await exported(path, files.db, c, seconds(String(metadata.export_time)));
    const ours = await contents(path);
    expect([...ours.keys()].sort()).toEqual([...golden.keys()].sort());
    for (const [name, expected] of golden) {
      const found = ours.get(name);
      if (name === 'data_checksums') {
        expect(checksums(found?.values)).toEqual(checksums(expected.values));
        continue;
      }
      expect([name, found?.dtype, found?.shape]).toEqual([name, expected.dtype, expected.shape]);
      if (name === 'metadata') {
        const withoutTime = (values: unknown) =>
          (values as { export_time: string }[]).map((v) => ({ ...v, export_time: '' }));
        expect(withoutTime(found?.values)).toEqual(withoutTime(expected.values));
      } else {
        const wrong = differences(found?.values as ArrayLike<unknown>, expected.values as ArrayLike<unknown>);
        expect(wrong, `${name}`).toEqual([]);
      }
    }
  });
});

function checksums(values: unknown): Record<string, string> {
  const all = JSON.parse(String((values as string[])[0])) as Record<string, string>;
  return Object.fromEntries(Object.entries(all).filter(([name]) => !NOT_BY_CHECKSUM.has(name)));
}

/** The first few places that differ, with both values. */
function differences(a: ArrayLike<unknown>, b: ArrayLike<unknown>): unknown[] {
  const wrong: unknown[] = [];
  for (let i = 0; i < Math.max(a.length, b.length) && wrong.length < 5; i++) {
    if (JSON.stringify(a[i], big) !== JSON.stringify(b[i], big)) wrong.push([i, a[i], b[i]]);
  }
  return wrong;
}
const big = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);
