import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { RrError } from '../../../src/core/errors.ts';
import { DownstreamClosed } from '../../../src/io/ndjson/downstream.ts';
import { header } from '../../../src/io/ndjson/header.ts';
import { checkedKind, headerKind, recordKind } from '../../../src/io/ndjson/kinds.ts';
import { type ReadOptions, type RecordItem, readRecords, readRecordsFrom } from '../../../src/io/ndjson/reader.ts';
import { RecordWriter } from '../../../src/io/ndjson/writer.ts';
import { run } from '../../run.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rr-records-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEAD = JSON.stringify(header({ command: 'test' }));
const TAIL = '{"type":"summary"}';
const stream = (...lines: string[]): string => `${[HEAD, ...lines, TAIL].join('\n')}\n`;

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

async function* chunked(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

async function read(data: string | Uint8Array, options: ReadOptions = {}, size?: number): Promise<RecordItem[]> {
  const bytes = chunked(typeof data === 'string' ? Buffer.from(data) : data, size);
  return collect(readRecordsFrom({ name: 'x.ndjson', bytes }, options));
}

async function failure(data: string | Uint8Array, options: ReadOptions = {}): Promise<string> {
  const error = await read(data, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof RrError ? `${error.code} ${error.exit} ${error.message}` : String(error);
}

describe('round trip', () => {
  const fields = fc.dictionary(
    fc.string().filter((key) => key !== '__proto__' && key !== 'type'),
    fc.jsonValue(),
  );
  const record = fc
    .record({ type: fc.string().filter((type) => type !== 'header' && type !== 'summary'), fields })
    .map(({ type, fields }) => ({ ...fields, type }));

  test('whatever is written is read, in order, however the bytes are cut or compressed', async () => {
    const packing = fc.constantFrom(
      (data: Uint8Array) => data,
      (data: Uint8Array) => gzipSync(data),
      (data: Uint8Array) => zstdCompressSync(data),
    );
    const property = fc.asyncProperty(
      fc.array(record, { maxLength: 20 }),
      packing,
      fc.integer({ min: 1, max: 300 }),
      async (records, pack, size) => {
        const path = join(folder, 'round-trip.ndjson');
        const writer = await RecordWriter.toFile(path);
        await writer.write(header({ command: 'test', config: 'hex8_2p', seed: 7 }));
        for (const one of records) await writer.write(one);
        await writer.write({ type: 'summary' });
        await writer.close();
        const items = await read(pack(readFileSync(path)), {}, size);
        expect(items.slice(1, -1).map((item) => item.record)).toEqual(JSON.parse(JSON.stringify(records)));
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  test('several members, frames and streams in a row are one', async () => {
    const once = Buffer.from(stream('{"type":"a"}'));
    expect(await read(Buffer.concat([gzipSync(once), gzipSync(once)]))).toHaveLength(6);
    expect(await read(Buffer.concat([zstdCompressSync(once), zstdCompressSync(once)]))).toHaveLength(6);
    expect(await read(Buffer.concat([once, once]))).toHaveLength(6);
  });

  test('unknown types and fields pass through untouched, to the byte', async () => {
    const odd = '{ "type":"of tomorrow", "big": 12345678901234567890, "twice": 1, "twice": 2 }';
    const [first, item] = await read(
      `${JSON.stringify({ ...header({ command: 'x' }), extra: [1] })}\n${odd}\n${TAIL}\n`,
    );
    expect(item?.line).toBe(odd);
    expect(first?.as(headerKind)).toMatchObject({ command: 'x', extra: [1] });
    expect(item?.as(headerKind)).toBeUndefined();
  });

  test('blank lines and Windows line ends do not matter', async () => {
    expect(await read(stream('', '{"type":"a"}').replaceAll('\n', '\r\n'))).toHaveLength(3);
  });

  test('a last line without newline is complete if it parses', async () => {
    expect(await read(`${HEAD}\n${TAIL}`)).toHaveLength(2);
  });
});

describe('kinds', () => {
  const move = recordKind(
    'move',
    z.looseObject({ type: z.literal('move'), steps: z.array(z.object({ to: z.int() })) }),
  );

  test('a checked record has its type', async () => {
    const items = await read(stream('{"type":"move","steps":[{"to":3}],"more":1}'), { kinds: [move] });
    expect(items[1]?.as(move)?.steps[0]?.to).toBe(3);
    expect(items[1]?.as(move)).toHaveProperty('more', 1);
  });

  test('a wrong field is named with its path and line', async () => {
    expect(await failure(stream('{"type":"move","steps":[{"to":3},{"to":"x"}]}'), { kinds: [move] })).toBe(
      'RECORD_INVALID 5 x.ndjson:2: not a valid record: move: steps[1].to: expected number, received string',
    );
  });

  test('a check by hand', async () => {
    const even = checkedKind('n', ({ n }) => {
      if (typeof n === 'number' && n % 2 === 0) return n;
      throw new Error('n is not even');
    });
    expect((await read(stream('{"type":"n","n":4}'), { kinds: [even] }))[1]?.as(even)).toBe(4);
    expect(await failure(stream('{"type":"n","n":3}'), { kinds: [even] })).toContain(
      ':2: not a valid record: n: n is not even',
    );
  });
});

describe('damage', () => {
  test.each([
    ['', 'RECORD_NONE 5 x.ndjson'],
    [`${HEAD}\n{"type":"a"}\n`, 'RECORD_TRUNCATED 5 x.ndjson:'],
    [`${HEAD}\n{"type":"a"}\n{"ty`, 'RECORD_TRUNCATED 5 x.ndjson:3'],
    [`${HEAD}\n${HEAD}\n${TAIL}\n`, 'RECORD_TRUNCATED 5 x.ndjson:2'],
    [`{"type":"a"}\n${TAIL}\n`, 'RECORD_NO_HEADER 5 x.ndjson:1'],
    ['PK\u0003\u0004 not records at all\n', 'RECORD_INVALID 5 x.ndjson:1: not a valid record: not JSON'],
    [stream('{"type":"a"', '{"type":"b"}'), 'RECORD_INVALID 5 x.ndjson:2'],
    [stream('[1]'), "RECORD_INVALID 5 x.ndjson:2: not a valid record: not an object with a 'type'"],
    [stream('{"kind":"a"}'), 'RECORD_INVALID 5 x.ndjson:2'],
    ['{"type":"header","schema":"1","command":"x"}\n', 'RECORD_INVALID 5 x.ndjson:1'],
    ['{"type":"header","schema":2,"of":"tomorrow"}\n', 'RECORD_NEWER 78 x.ndjson:1: record schema 2 is newer than 1'],
  ])('%j', async (data, message) => {
    expect(await failure(data)).toContain(message);
  });

  test('bytes that are no text', async () => {
    const bytes = Buffer.concat([Buffer.from(`${HEAD}\n`), Buffer.from([0x22, 0xff, 0xfe, 0x0a])]);
    expect(await failure(bytes)).toBe('RECORD_INVALID 5 x.ndjson:2: not a valid record: not UTF-8 text');
  });

  test('--allow-truncated takes what there is', async () => {
    const torn = `${HEAD}\n{"type":"a"}\n{"ty`;
    expect(await read(torn, { allowTruncated: true })).toHaveLength(2);
    expect(await read('{"type":"a"}\n', { allowTruncated: true })).toHaveLength(1);
    expect(await read('', { allowTruncated: true })).toHaveLength(0);
  });

  test('a bad line can be stepped over', async () => {
    const bad: string[] = [];
    const items = await read(stream('nonsense', '{"type":"b"}'), { onInvalid: (error) => bad.push(error.message) });
    expect(items.map((item) => item.type)).toEqual(['header', 'b', 'summary']);
    expect(bad).toEqual([expect.stringContaining('x.ndjson:2')]);
  });

  const packed = [
    ['gzip', gzipSync(stream('{"type":"a"}'.padEnd(4000)))],
    ['zstd', zstdCompressSync(stream('{"type":"a"}'.padEnd(4000)))],
  ] as const;

  test.each(packed)('%s that breaks off', async (_, bytes) => {
    const torn = bytes.subarray(0, bytes.byteLength - 6);
    expect(await failure(torn)).toContain('RECORD_TRUNCATED 5 x.ndjson');
    expect((await read(torn, { allowTruncated: true })).length).toBeLessThanOrEqual(3);
  });

  test.each(packed)('%s with a flipped byte', async (_, bytes) => {
    const damaged = Buffer.from(bytes);
    for (const at of [20, 21, 22, 23]) damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    expect(await failure(damaged)).toMatch(/^(FILE_CORRUPT|RECORD_INVALID|RECORD_TRUNCATED) 5 x.ndjson/);
  });

  test('a missing file and a folder, told before anything is read', () => {
    const failing = (code: string) => expect.objectContaining({ code });
    expect(() => readRecords(join(folder, 'nowhere.ndjson'))).toThrow(failing('FILE_NOT_FOUND'));
    expect(() => readRecords(folder)).toThrow(failing('IS_FOLDER'));
  });
});

describe('writer', () => {
  test('waits for a slow reader instead of gathering everything', async () => {
    const slow = new PassThrough({ highWaterMark: 1024 });
    const writer = RecordWriter.toStream(slow);
    let written = 0;
    const writing = (async () => {
      for (; written < 10_000; written++) await writer.write({ type: 'n', text: 'x'.repeat(100) });
      await writer.flush();
      slow.end();
    })();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(written).toBeLessThan(2000);
    let bytes = 0;
    for await (const chunk of slow) bytes += chunk.length;
    await writing;
    expect(bytes).toBe(10_000 * JSON.stringify({ type: 'n', text: 'x'.repeat(100) }).length + 10_000);
  });

  test('a record does not wait for company', async () => {
    const out = new PassThrough();
    await RecordWriter.toStream(out).write({ type: 'lonely' });
    const [chunk] = await collect(out.take(1));
    expect(String(chunk)).toBe('{"type":"lonely"}\n');
  });

  test('a reader that leaves is told apart from other failures', async () => {
    const out = new PassThrough();
    let told = 0;
    const writer = RecordWriter.toStream(out, () => {
      told += 1;
    });
    out.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await writer.write({ type: 'a' });
    await expect(writer.flush()).rejects.toBeInstanceOf(DownstreamClosed);
    await expect(writer.write({ type: 'b' })).rejects.toBeInstanceOf(DownstreamClosed);
    expect(told).toBeGreaterThan(0);
  });

  test('lines pass through as they are', async () => {
    const path = join(folder, 'lines.ndjson');
    const writer = await RecordWriter.toFile(path);
    await writer.writeLine('{ "type":"odd" }');
    await writer.close();
    expect(readFileSync(path, 'utf8')).toBe('{ "type":"odd" }\n');
  });
});

test('a stream of 100 MB is read with a heap of 40 MB', async () => {
  const program = join(import.meta.dirname, 'memory.ts');
  const result = await run(process.execPath, ['--max-old-space-size=40', program]);
  expect(result).toMatchObject({ status: 0, stdout: '700012\n' });
});

test('a file is read by its name, compressed or not', async () => {
  const path = join(folder, 'games.ndjson.gz');
  writeFileSync(path, gzipSync(stream('{"type":"a"}')));
  const types = (await collect(readRecords(path))).map((item) => item.type);
  expect(types).toEqual(['header', 'a', 'summary']);
});
