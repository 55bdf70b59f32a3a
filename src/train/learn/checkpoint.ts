/**
 * A training on disk, whole or not at all:
 *
 *   "RRCKPT01" · uint32 length of the header · header (JSON) · the arrays, one behind the other · SHA-256 of all before
 *
 * The header names settings, data and start of the training, its progress as plain values, and the arrays with type and
 * length. A file that breaks off or changed anywhere fails its checksum.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../io/atomic.ts';

const MAGIC = 'RRCKPT01';
const DIGEST_BYTES = 32;

const TYPES = { f4: Float32Array, u4: Uint32Array } as const;
export type CheckpointArray = Float32Array | Uint32Array;

const HEADER = z.object({
  /** What the training is of: compared field by field before it is continued. */
  identity: z.record(z.string(), z.json()),
  progress: z.json(),
  arrays: z.array(z.object({ name: z.string(), type: z.enum(['f4', 'u4']), length: z.int().min(0) })),
});

export interface Checkpoint {
  readonly identity: Readonly<Record<string, unknown>>;
  readonly progress: unknown;
  readonly arrays: ReadonlyMap<string, CheckpointArray>;
}

/** Cost: one copy of all arrays in memory, and a synced write. @throws RrError DISK_FULL */
export async function writeCheckpoint(path: string, { identity, progress, arrays }: Checkpoint): Promise<void> {
  const entries = [...arrays].map(([name, data]) => ({
    name,
    type: data instanceof Float32Array ? 'f4' : 'u4',
    length: data.length,
  }));
  const header = Buffer.from(JSON.stringify({ identity, progress, arrays: entries }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const parts: Uint8Array[] = [Buffer.from(MAGIC), length, header];
  for (const data of arrays.values()) parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const body = Buffer.concat(parts);
  await writeFileAtomic(path, Buffer.concat([body, createHash('sha256').update(body).digest()]));
}

/**
 * The checkpoint at `path`, undefined when there is none.
 * @throws RrError CHECKPOINT_INVALID for a file that is cut short, damaged or something else
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  const refuse = (detail: string): RrError => new RrError('CHECKPOINT_INVALID', { path, detail });
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
  if (bytes.length < MAGIC.length + 4 + DIGEST_BYTES || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw refuse('is no checkpoint of this version, or is cut short');
  }
  const body = bytes.subarray(0, bytes.length - DIGEST_BYTES);
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(body.length))) {
    throw refuse('is cut short or damaged');
  }
  const start = MAGIC.length + 4;
  const end = start + body.readUInt32LE(MAGIC.length);
  const parsed = HEADER.safeParse(JSON.parse(body.toString('utf8', start, end)));
  if (!parsed.success) throw refuse('has a header that this version does not know');
  const arrays = new Map<string, CheckpointArray>();
  let at = end;
  for (const { name, type, length } of parsed.data.arrays) {
    // a copy: the numbers in the file need not lie at a multiple of four
    const copy = new Uint8Array(body.subarray(at, at + 4 * length));
    arrays.set(name, new TYPES[type](copy.buffer, 0, length));
    at += 4 * length;
  }
  return { identity: parsed.data.identity, progress: parsed.data.progress, arrays };
}

/** The seed of the training that left the checkpoint at `path`; undefined without one. @throws RrError CHECKPOINT_INVALID */
export async function seedOfCheckpoint(path: string): Promise<number | undefined> {
  const settings = (await readCheckpoint(path))?.identity.settings;
  return isObject(settings) && typeof settings.seed === 'number' ? settings.seed : undefined;
}

/** For a training that starts afresh. @throws RrError CHECKPOINT_UNFINISHED when `path` holds another, CHECKPOINT_INVALID */
export async function refuseUnfinished(path: string): Promise<void> {
  const checkpoint = await readCheckpoint(path);
  if (!checkpoint) return;
  const step = isObject(checkpoint.progress) ? Number(checkpoint.progress.step) : 0;
  throw new RrError('CHECKPOINT_UNFINISHED', { path, step });
}

/** @throws RrError CHECKPOINT_MISMATCH naming the first difference */
export function checkIdentity(path: string, found: Checkpoint['identity'], expected: Checkpoint['identity']): void {
  const now: unknown = JSON.parse(JSON.stringify(expected));
  const difference = firstDifference('', found, now);
  if (difference) throw new RrError('CHECKPOINT_MISMATCH', { path, ...difference });
}

interface Difference {
  readonly name: string;
  readonly found: string;
  readonly expected: string;
}

function firstDifference(name: string, found: unknown, expected: unknown): Difference | undefined {
  if (isObject(found) && isObject(expected)) {
    for (const key of new Set([...Object.keys(found), ...Object.keys(expected)])) {
      const inside = firstDifference(name === '' ? key : `${name}.${key}`, found[key], expected[key]);
      if (inside) return inside;
    }
    return undefined;
  }
  if (found === expected) return undefined;
  return { name, found: JSON.stringify(found) ?? 'nothing', expected: JSON.stringify(expected) ?? 'nothing' };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
