/**
 * Reads a generated stream of about 100 MB, of short and of long lines, and writes the number of records. Run with a
 * heap far smaller than the stream: it ends only if nothing is kept.
 */
import { readRecordsFrom } from '../../../src/io/ndjson/reader.ts';

const MEGABYTE = 1 << 20;

async function* bytes(): AsyncGenerator<Uint8Array> {
  const encode = (record: object): Buffer => Buffer.from(`${JSON.stringify(record)}\n`);
  yield encode({ type: 'header', schema: 1, command: 'test' });
  const short = encode({ type: 'move', from: 'a1', to: 'b2', text: 'x'.repeat(60) });
  const batch = Buffer.concat(Array.from({ length: 1000 }, () => short));
  const long = encode({ type: 'game', text: 'y'.repeat(4 * MEGABYTE) });
  for (let i = 0; i < 700; i++) yield batch;
  for (let i = 0; i < 10; i++) {
    for (let at = 0; at < long.byteLength; at += 65_536) yield long.subarray(at, at + 65_536);
  }
  yield encode({ type: 'summary' });
}

let records = 0;
for await (const _ of readRecordsFrom({ name: 'generated', bytes: bytes() })) records += 1;
console.log(records);
