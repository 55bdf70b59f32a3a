import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { toRows, toScalar, toTexts } from '../../../src/io/npz/convert.ts';
import { describeNpz } from '../../../src/io/npz/describe.ts';
import { encodeNumericNpy } from '../../../src/io/npz/npy.ts';
import { PyFloat } from '../../../src/io/npz/python.ts';
import { openNpz } from '../../../src/io/npz/reader.ts';
import { NpzWriter } from '../../../src/io/npz/writer.ts';
import { numpyLoad, PYTHON } from './numpy.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-npz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file of every kind of array. */
async function example(path: string, ragged: boolean): Promise<string> {
  const npz = new NpzWriter({ target: { path } });
  const features = npz.numeric('features', 'f4', [2, 3]);
  const packed = npz.numeric('packed', 'u1');
  const half = npz.numeric('half', 'f2');
  const flags = npz.numeric('flags', 'b1');
  const indices = npz.ragged('policy_indices', 'i4', 'objects');
  const values = npz.ragged('policy_values', 'f4', 'objects');
  const typed = npz.ragged('typed', 'i4', 'typed');
  const phases = npz.text('phases', 'objects');
  const games = npz.text('game_ids');
  for (let row = 0; row < 1500; row++) {
    features.append(Float32Array.of(row, 1, 2, 3, 4, 5));
    packed.append(Uint8Array.of(row & 255));
    half.append(Float32Array.of(row / 4));
    flags.append(Uint8Array.of(row % 2));
    const count = ragged ? 1 + (row % 5) : 2;
    indices.append(Int32Array.from({ length: count }, (_, i) => row + i));
    values.append(Float32Array.from({ length: count }, () => 1 / count));
    typed.append(Int32Array.from({ length: count }, () => 7));
    phases.append(row % 3 === 0 ? 'ring_placement' : 'movement');
    games.append(`game-${row >> 5} é`);
  }
  npz.array('whole', BigInt64Array.of(1n, -2n));
  npz.scalar('encoder_type', 'hex_v2');
  npz.scalar('board_size', 9);
  npz.scalar('policies_normalized', true);
  npz.dict(
    'metadata',
    new Map<string, string | number | PyFloat>([
      ['who', "it's"],
      ['n', 3],
      ['x', new PyFloat(2)],
    ]),
  );
  await npz.finish();
  return path;
}

describe.each([true, false])('an NPZ file we write (ragged: %s)', (ragged) => {
  it('reads back and verifies', async () => {
    const path = await example(join(folder, `own-${ragged}.npz`), ragged);
    const info = await describeNpz(path, { verify: true });
    expect(info).toMatchObject({ samples: 1500, checksums: { recorded: info.arrays.length - 1, verified: true } });
    expect(info.scalars).toEqual({
      encoder_type: 'hex_v2',
      board_size: 9,
      policies_normalized: true,
      metadata: { who: "it's", n: 3, x: 2 },
    });
    const npz = await openNpz(path);
    const rows = toRows(await npz.load('policy_indices'), 'i');
    expect([...(rows[1007] ?? [])]).toEqual(ragged ? [1007, 1008, 1009] : [1007, 1008]);
    expect(toTexts(await npz.load('game_ids'), 'g')[64]).toBe('game-2 é');
    expect(await npz.load('half')).toMatchObject({
      dtype: 'f2',
      data: Float32Array.from({ length: 1500 }, (_, i) => i / 4),
    });
    expect(toScalar(await npz.load('board_size'), 'b')).toBe(9);
    npz.close();
  });

  it.skipIf(PYTHON === undefined)('is what NumPy reads, objects included', async () => {
    const path = await example(join(folder, `numpy-${ragged}.npz`), ragged);
    const arrays = numpyLoad(path, true);
    const width = ragged ? [] : [2];
    expect(arrays).toMatchObject({
      features: { dtype: 'float32', shape: [1500, 2, 3], sum: (1499 * 1500) / 2 + 15 * 1500 },
      packed: { dtype: 'uint8', shape: [1500] },
      half: { dtype: 'float16', sum: (1499 * 1500) / 8 },
      flags: { dtype: 'bool', sum: 750 },
      policy_indices: { dtype: 'object', shape: [1500, ...width], kinds: [ragged ? 'int32' : 'int'] },
      policy_values: { dtype: 'object', shape: [1500, ...width], kinds: [ragged ? 'float32' : 'float'] },
      typed: ragged ? { dtype: 'object' } : { dtype: 'int32', shape: [1500, 2] },
      phases: { dtype: 'object', shape: [1500], kinds: ['str'] },
      game_ids: { shape: [1500] },
      whole: { dtype: 'int64', sum: -1 },
      encoder_type: { dtype: '<U6', shape: [], items: ['hex_v2'] },
      policies_normalized: { dtype: 'bool', shape: [] },
      metadata: { dtype: 'object', items: [{ who: "it's", n: 3, x: 2 }] },
    });
    expect(arrays.policy_indices?.items?.slice(0, 3)).toEqual(ragged ? [[0], [1, 2], [2, 3, 4]] : [0, 1, 1]);
    expect(arrays.phases?.items?.slice(0, 4)).toEqual(['ring_placement', 'movement', 'movement', 'ring_placement']);
  });
});

describe('NpzWriter', () => {
  it('writes to a stream, and equal contents give equal bytes', async () => {
    const bytes = await Promise.all(
      [0, 1].map(async () => {
        const stream = new PassThrough();
        const npz = new NpzWriter({ target: { stream } });
        npz.numeric('x', 'u2').append(Uint16Array.of(1, 2, 3));
        const [contents] = await Promise.all([buffer(stream), npz.finish()]);
        return contents;
      }),
    );
    expect(bytes[0]).toEqual(bytes[1]);
    const path = join(folder, 'stream.npz');
    writeFileSync(path, bytes[0] ?? '');
    expect(await describeNpz(path, { verify: true })).toMatchObject({ samples: 3 });
  });

  it('leaves neither target nor temporary files when given up', async () => {
    const inside = mkdtempSync(join(folder, 'abort-'));
    const npz = new NpzWriter({ target: { path: join(inside, 'x.npz') } });
    npz.numeric('x', 'f4', [1000]).append(new Float32Array(1_000_000));
    npz.abort();
    expect(readdirSync(inside)).toEqual([]);
  });

  it('opens empty arrays', async () => {
    const path = join(folder, 'empty.npz');
    const npz = new NpzWriter({ target: { path } });
    npz.numeric('features', 'f4', [2]);
    npz.ragged('policy_indices', 'i4', 'objects');
    npz.text('phases', 'objects');
    await npz.finish();
    expect(await describeNpz(path, { verify: true })).toMatchObject({ samples: 0 });
    const file = await openNpz(path);
    for await (const batch of file.rows('features', 10)) expect(batch).toBeUndefined();
    file.close();
  });
});

describe('a damaged NPZ file', () => {
  const corrupted = (name: string, bytes: Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  it('with a wrong checksum is refused by name', async () => {
    const zip = new ZipFile();
    zip.addBuffer(encodeNumericNpy(Float32Array.of(1)), 'x.npy');
    const { formatNpyHeader } = await import('../../../src/io/npz/header.ts');
    const { encodeText } = await import('../../../src/io/npz/npy.ts');
    const text = JSON.stringify({ x: '0'.repeat(64) });
    const sums = Buffer.concat([
      formatNpyHeader({ kind: 'text', width: text.length }, []),
      encodeText([text], text.length),
    ]);
    zip.addBuffer(sums, 'data_checksums.npy');
    zip.end();
    const path = corrupted('sum.npz', await buffer(zip.outputStream));
    await expect(describeNpz(path, { verify: true })).rejects.toMatchObject({
      code: 'NPZ_CHECKSUM',
      exit: 5,
      message: expect.stringContaining('array x'),
    });
  });

  it.each([
    ['is text', () => Buffer.from('not a zip at all')],
    ['is cut short', (good: Buffer) => good.subarray(0, good.length - 100)],
    ['is empty', () => Buffer.alloc(0)],
  ])('that %s is refused', async (name, damage) => {
    const good = readFileSync(await example(join(folder, 'good.npz'), true));
    await expect(describeNpz(corrupted(`${name}.npz`, damage(good)))).rejects.toMatchObject({ exit: 5 });
  });

  it('with a flipped bit never passes for another file', async () => {
    const path = join(folder, 'flip-source.npz');
    const npz = new NpzWriter({ target: { path } });
    npz.numeric('x', 'f4', [4]).append(Float32Array.from({ length: 400 }, (_, i) => Math.sin(i)));
    await npz.finish();
    const load = async (file: string) => {
      const opened = await openNpz(file);
      return opened.load('x').finally(() => opened.close());
    };
    const expected = await load(path);
    const good = readFileSync(path);
    const start = good.indexOf('x.npy') + 5;
    for (let at = start; at < start + 300; at += 7) {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      // a bit of deflate may be free; then the contents are the same
      const found = await load(corrupted('flip.npz', bytes)).catch((error: unknown) => error);
      if (found instanceof Error) expect(found).toMatchObject({ exit: 5 });
      else expect(found).toEqual(expected);
    }
  });

  it('whose array is missing or too large to load says so', async () => {
    const path = await example(join(folder, 'big.npz'), true);
    const npz = await openNpz(path, { maxLoadBytes: 1000 });
    await expect(npz.load('featurs')).rejects.toMatchObject({ code: 'NPZ_ARRAY_MISSING', exit: 5 });
    await expect(npz.load('features')).rejects.toMatchObject({ code: 'NPZ_TOO_LARGE', exit: 2 });
    npz.close();
    await expect(openNpz(join(folder, 'nowhere.npz'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('holding something that is no array, or one name twice, is refused', async () => {
    for (const names of [['x.npy', 'x.npy'], ['readme.txt']]) {
      const zip = new ZipFile();
      for (const name of names) zip.addBuffer(encodeNumericNpy(Float32Array.of(1)), name);
      zip.end();
      const path = corrupted('names.npz', await buffer(zip.outputStream));
      await expect(openNpz(path)).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
    }
  });
});
