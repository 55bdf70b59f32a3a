import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { smallArray, toRows, toTexts } from '../../../src/io/npz/convert.ts';
import { describeNpz } from '../../../src/io/npz/describe.ts';
import { numpyName } from '../../../src/io/npz/dtype.ts';
import { encodeNumbers } from '../../../src/io/npz/npy.ts';
import { PyArray, toPlain } from '../../../src/io/npz/python.ts';
import { openNpz } from '../../../src/io/npz/reader.ts';
import { numpyLoad, PYTHON } from './numpy.ts';

const root = resolve(import.meta.dirname, '../../..');
const folders = [join(root, 'test/fixtures/npz'), resolve(root, '../shared/golden/npz')];
if (!existsSync(folders[1] ?? '')) console.log('../shared is absent: only the NPZ fixtures are tested');
const files = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.npz'))
      .map((name) => join(folder, name)),
  );

describe.each(files)('the original file %s', (path) => {
  it('matches every recorded checksum', async () => {
    const npz = await openNpz(path);
    const checked = await npz.verify();
    expect(checked.length).toBe(npz.entries.length - 1);
    npz.close();
  });

  it('is described without loading it', async () => {
    const info = await describeNpz(path);
    expect(info.samples).toBeGreaterThan(100);
    expect(info.scalars).toMatchObject({ export_version: '2.1', policies_normalized: true, history_length: 3 });
    expect(info.scalars.metadata).toMatchObject({ sample_count: info.samples });
    expect(info.checksums).toEqual({ recorded: info.arrays.length - 1, verified: false });
  });

  it.skipIf(PYTHON === undefined)('is what NumPy reads, array by array', async () => {
    const expected = numpyLoad(path, true);
    const npz = await openNpz(path);
    expect(npz.entries.map((entry) => entry.name).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, numpy] of Object.entries(expected)) {
      const header = await npz.header(name);
      const array = await npz.load(name);
      expect([numpyName(header.dtype), array.shape]).toEqual([numpy.dtype, numpy.shape]);
      if (array.kind === 'numeric') {
        const sha = createHash('sha256').update(encodeNumbers(array.data, array.dtype)).digest('hex');
        expect(sha, name).toBe(numpy.sha);
      } else if (array.kind === 'text') expect(array.values, name).toEqual(numpy.items);
      else {
        const items = array.values.map((value) =>
          value instanceof PyArray ? [...smallArray(value, name)] : toPlain(value, name),
        );
        expect(items, name).toEqual(numpy.items);
      }
    }
    npz.close();
  });

  it('gives policies row by row and sums them to one', async () => {
    const npz = await openNpz(path);
    const indices = toRows(await npz.load('policy_indices'), 'policy_indices');
    const values = toRows(await npz.load('policy_values'), 'policy_values');
    expect(values.map((row) => row.length)).toEqual(indices.map((row) => row.length));
    for (const row of values) {
      expect([...row].reduce((total: number, value) => total + Number(value), 0)).toBeCloseTo(1, 5);
    }
    expect(new Set(toTexts(await npz.load('phases'), 'phases'))).toContain('ring_placement');
    npz.close();
  });

  it('streams the rows it loads', async () => {
    const npz = await openNpz(path);
    const whole = await npz.load('features');
    if (whole.kind !== 'numeric') throw new Error('features are numbers');
    let at = 0;
    for await (const batch of npz.rows('features', 64)) {
      expect(batch.start * (whole.data.length / (whole.shape[0] ?? 1))).toBe(at);
      expect(batch.data).toEqual(whole.data.subarray(at, at + batch.data.length));
      at += batch.data.length;
    }
    expect(at).toBe(whole.data.length);
    npz.close();
  });
});
