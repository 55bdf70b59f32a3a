/** Small files as one stream: the line protocol around it, and what becomes of files that change or do not fit. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataPaths } from '../../src/io/paths.ts';
import { GREETING, serve } from '../../src/sync/peer/agent.ts';
import type { FileItem } from '../../src/sync/peer/items.ts';
import { LocalSide } from '../../src/sync/peer/local.ts';
import { packOf, unpack } from '../../src/sync/peer/pack.ts';
import { Wire } from '../../src/sync/peer/wire.ts';
import { temporaryFolder } from '../io/folder.ts';
import { addNpz, leftovers, sha } from './roots.ts';

const folder = temporaryFolder();
let count = 0;
const fresh = (): string => {
  const path = join(folder, String(count++));
  mkdirSync(path, { recursive: true });
  return path;
};

const itemOf = (name: string, content: string | Uint8Array): FileItem => ({
  ...{ kind: 'npz', name, sha256: sha(content), bytes: Buffer.from(content).length, mtimeMs: 1_700_000_000_000 },
});

/** `spoil`: a piece is good only until the next one, which is all that unpack may count on. */
async function* cutAt(bytes: Uint8Array, lengths: readonly number[], spoil = true): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const piece = Uint8Array.from(bytes.subarray(at, at + (lengths[i % lengths.length] ?? 1)));
    yield piece;
    at += piece.length;
    if (spoil) piece.fill(0xee);
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function arrivals(groups: AsyncIterable<readonly FileItem[]>): Promise<FileItem[]> {
  const items: FileItem[] = [];
  for await (const group of groups) items.push(...group);
  return items;
}

const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

test('a stream is cut into the same files however it arrives', async () => {
  const contents = fc.uniqueArray(fc.uint8Array({ maxLength: 60 }), { maxLength: 12, selector: (one) => sha(one) });
  await fc.assert(
    fc.asyncProperty(contents, lengths, async (files, cuts) => {
      const target = fresh();
      const items = files.map((content, index) => itemOf(`${index}.npz`, content));
      const arrived = await arrivals(unpack(cutAt(Buffer.concat(files), cuts), items, target));
      expect(arrived).toEqual(items);
      for (const [index, { sha256 }] of items.entries()) {
        expect(readFileSync(join(target, sha256))).toEqual(Buffer.from(files[index] ?? []));
      }
    }),
    { numRuns: 40 },
  );
});

test('lines and raw bytes come out of a connection as they went in, raw bytes that nobody takes are skipped', async () => {
  const parts = fc.array(
    fc.record({
      line: fc.string().map((text) => text.replace(/[\r\n]/g, '')),
      raw: fc.uint8Array({ maxLength: 50 }),
      taken: fc.boolean(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(parts, lengths, async (messages, cuts) => {
      const sent = Buffer.concat(messages.flatMap(({ line, raw }) => [Buffer.from(`${line}\n`), raw]));
      const wire = new Wire(cutAt(sent, cuts, false), 'test');
      for (const { line, raw, taken } of messages) {
        expect(await wire.line()).toBe(line);
        const bytes = wire.bytes(raw.length);
        if (taken) expect(await collect(bytes)).toEqual(Buffer.from(raw));
      }
      expect(await wire.line()).toBeUndefined();
    }),
    { numRuns: 60 },
  );
});

test('a line that is not UTF-8 is refused', async () => {
  await expect(new Wire(cutAt(Buffer.from([0xff, 0x0a]), [1]), 'peer').line()).rejects.toMatchObject({
    code: 'RECORD_INVALID',
    message: expect.stringContaining('peer'),
  });
});

test('files that changed since they were listed do not spoil the ones behind them', async () => {
  const [root, target] = [fresh(), fresh()];
  const names = ['gone', 'shorter', 'longer', 'link', 'same'];
  const items = names.map((name) => itemOf(`${name}.npz`, `content of ${name}`));
  for (const name of names) addNpz(root, `${name}.npz`, `content of ${name}`);
  const training = dataPaths(root, {}).trainingFolder;
  rmSync(join(training, 'gone.npz'));
  writeFileSync(join(training, 'shorter.npz'), 'c');
  writeFileSync(join(training, 'longer.npz'), 'content of longer and more');
  writeFileSync(join(folder, 'secret'), 'content of link');
  rmSync(join(training, 'link.npz'));
  symlinkSync(join(folder, 'secret'), join(training, 'link.npz'));
  const stream = await collect(packOf(dataPaths(root, {}), items));
  expect(stream).toHaveLength(items.reduce((sum, { bytes }) => sum + bytes, 0));
  const arrived = await arrivals(unpack(cutAt(stream, [7]), items, target));
  // of the longer one only its announced beginning is sent, which is what was announced
  expect(arrived.map((item) => item.kind === 'npz' && item.name)).toEqual(['longer.npz', 'same.npz']);
});

test('what an interrupted stream left is verified, kept and not sent again', async () => {
  const [root, target] = [fresh(), fresh()];
  const items = Array.from({ length: 20 }, (_, n) => {
    addNpz(root, `${n}.npz`, `samples ${n}`);
    return itemOf(`${n}.npz`, `samples ${n}`);
  });
  const side = await LocalSide.open(target);
  const session = '123e4567-e89b-42d3-a456-426614174000-push';
  const params = { session, items, reserve: 0 };
  const broken = side.unpack(params, async function* (missing) {
    yield* packOf(dataPaths(root, {}), missing.slice(0, 12));
    throw new Error('the line broke');
  });
  await expect(broken).rejects.toThrow('the line broke');
  const staged = join(dataPaths(target, {}).stateFolder, 'incoming', `${session}.pack`);
  // one that was damaged since, one that is no part of it
  writeFileSync(join(staged, items[3]?.sha256 ?? ''), 'damaged 3');
  renameSync(join(staged, items[4]?.sha256 ?? ''), join(staged, sha('something else')));
  let asked: readonly FileItem[] = [];
  const done = await side.unpack(params, (missing) => {
    asked = missing;
    return packOf(dataPaths(root, {}), missing);
  });
  expect(asked).toEqual([items[3], items[4], ...items.slice(12)]);
  expect(done).toEqual({ installed: 20, corrupt: [] });
  for (const [n, item] of items.entries()) {
    const path = join(dataPaths(target, {}).trainingFolder, `${n}.npz`);
    expect([readFileSync(path, 'utf8'), statSync(path).mtimeMs]).toEqual([`samples ${n}`, item.mtimeMs]);
  }
  await side.call('finish', { session });
  await side.close();
  expect(leftovers(target)).toEqual([]);
  expect(existsSync(staged)).toBe(false);
});

test('an agent that has all contents already says that none is missing, and installs them', async () => {
  const target = fresh();
  const items = Array.from({ length: 3 }, (_, n) => itemOf(`${n}.npz`, `samples ${n}`));
  const session = '123e4567-e89b-42d3-a456-426614174001-push';
  const staged = join(dataPaths(target, {}).stateFolder, 'incoming', `${session}.pack`);
  mkdirSync(staged, { recursive: true });
  for (const [n, { sha256 }] of items.entries()) writeFileSync(join(staged, sha256), `samples ${n}`);
  const side = await LocalSide.open(target);
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.end(`${JSON.stringify({ id: 1, method: 'unpack', params: { session, items, reserve: 0 } })}\n`);
  await serve(side, input, output);
  await side.close();
  output.end();
  const [greeting, ...answers] = (await text(output)).trim().split('\n');
  expect(greeting).toBe(GREETING);
  expect(answers.map((line) => JSON.parse(line))).toEqual([
    { id: 1, result: { missing: [] } },
    { id: 1, result: { installed: 3, corrupt: [] } },
  ]);
});
