/** Archives are read back by another implementation (yauzl; Python's zipfile in the tests of NPZ files). */
import { readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openPromise } from 'yauzl';
import { type ZipEntry, zipBytes } from '../../../src/io/npz/zip.ts';
import { temporaryFolder } from '../folder.ts';

const folder = temporaryFolder();

async function contents(entries: Iterable<ZipEntry>, level: number): Promise<Map<string, Buffer>> {
  const path = join(folder, 'x.zip');
  await writeFile(path, zipBytes(entries, level));
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
  const found = new Map<string, Buffer>();
  try {
    for await (const entry of zip.eachEntry()) {
      found.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
    }
  } finally {
    zip.close();
    rmSync(path);
  }
  return found;
}

const bytes = fc.uint8Array({ maxLength: 300 });

test('what goes in comes out, in any number of pieces, at any level, with sizes known or not', async () => {
  const entry = fc.record({ name: fc.stringMatching(/^[a-zé]{1,8}$/), pieces: fc.array(bytes), sized: fc.boolean() });
  const entries = fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(entries, fc.integer({ min: 0, max: 9 }), async (given, level) => {
      const whole = given.map(({ name, pieces, sized }) => ({ name, sized, all: Buffer.concat(pieces), pieces }));
      const made = whole.map(({ name, sized, all, pieces }): ZipEntry => {
        return { name, pieces: () => pieces, ...(sized && { size: all.length }) };
      });
      expect([...(await contents(made, level))]).toEqual(whole.map(({ name, all }) => [name, all]));
    }),
    { numRuns: 60 },
  );
});

test.each([0, 3])('memory of a piece may be used again for the next, at level %i', async (level) => {
  const piece = Buffer.alloc(1 << 16);
  const count = 40;
  function* pieces(): Generator<Buffer> {
    for (let i = 0; i < count; i++) yield piece.fill(i);
  }
  const archive = [...zipBytes([{ name: 'a', pieces }], level)];
  await writeFile(join(folder, 'again.zip'), archive);
  const read = (await contents([{ name: 'a', pieces }], level)).get('a');
  expect(readFileSync(join(folder, 'again.zip'))).toEqual(Buffer.concat([...zipBytes([{ name: 'a', pieces }], level)]));
  expect(read?.length).toBe(count << 16);
  for (let i = 0; i < count; i++)
    expect(read?.subarray(i << 16, (i + 1) << 16).equals(Buffer.alloc(1 << 16, i))).toBe(true);
});

test('the ZIP64 form of the directory', async () => {
  const path = join(folder, 'many.zip');
  const entries = Array.from({ length: 65_536 }, (_, i): ZipEntry => ({ name: `${i}`, size: 0, pieces: () => [] }));
  await writeFile(path, Buffer.concat([...zipBytes(entries, 0)]));
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  expect(zip.entryCount).toBe(65_536);
  zip.close();
});

test('a promised size is kept, and what fails while it is made fails the archive', () => {
  const drain = (entry: ZipEntry): Uint8Array[] => [...zipBytes([entry], 3)];
  expect(() => drain({ name: 'a', size: 3, pieces: () => [Buffer.alloc(4)] })).toThrow('4 bytes, not 3');
  function* failing(): Generator<Buffer> {
    for (let i = 0; i < 6; i++) yield Buffer.alloc(1000);
    throw new Error('no more');
  }
  expect(() => drain({ name: 'a', pieces: failing })).toThrow('no more');
});
