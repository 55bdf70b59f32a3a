/** The files of a data folder that travel whole, hashed once and remembered for as long as they stay as they are. */
import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, existsSync, lstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { DataPaths } from '../../io/paths.ts';
import { MODEL_HASH } from '../../state/store/audit.ts';
import type { FileHash, FileHashes } from '../../state/store/store.ts';
import { type FileItem, FileItemSchema, type Kind } from './items.ts';

/** A file changed so lately may change again within the resolution of its time stamp. Milliseconds. */
const SETTLED_MS = 2000;
const CHUNK = 1 << 20;
/** Files shorter than this are read in one go: a trip to the thread pool costs more than reading them. Bytes. */
const SMALL_BYTES = 1 << 18;
/** Other work of the process, such as the handshake with a host, gets its turn after so many files. */
const BREATH = 2;

/** Where an item lies in the data folder, whatever its sender calls it: made from checked parts only. */
export function pathOf(paths: DataPaths, item: FileItem): string {
  return item.kind === 'npz'
    ? join(paths.trainingFolder, item.name)
    : join(paths.modelsFolder, item.config, `${item.hash}.onnx`);
}

interface Found {
  readonly path: string;
  readonly info: BigIntStats;
  readonly item: (sha256: string) => unknown;
}

/** `hex8_2p` fits `hex8_2p.npz` and `hex8_2p.run7.npz`. */
export const fitsConfig = (name: string, config: string | undefined): boolean =>
  config === undefined || new RegExp(`^${config}[._-]`).test(name);

/** All items of these kinds, hashed. Files with names that could not travel are left out. */
export async function listFiles(
  paths: DataPaths,
  memory: HashMemory,
  kinds: readonly Kind[],
  config: string | undefined,
): Promise<FileItem[]> {
  const items: FileItem[] = [];
  let seen = 0;
  for (const { path, info, item } of findFiles(paths, kinds, config)) {
    // hashing small files is one long synchronous piece of work otherwise
    if (++seen % BREATH === 0) await setImmediate();
    const checked = FileItemSchema.safeParse(item(await memory.hashOf(path, info)));
    if (checked.success) items.push(checked.data);
  }
  return items;
}

/** The positions of `items` that are not here. Only files of a size that was offered are hashed. */
export async function lackingFiles(
  paths: DataPaths,
  memory: HashMemory,
  items: readonly FileItem[],
): Promise<number[]> {
  const sizes = new Set(items.flatMap((item) => (item.kind === 'npz' ? [item.bytes] : [])));
  const here = new Set<string>();
  if (sizes.size > 0) {
    for (const { path, info } of findFiles(paths, ['npz'], undefined)) {
      if (sizes.has(Number(info.size))) here.add(await memory.hashOf(path, info));
    }
  }
  return items.flatMap((item, index) => {
    // a model is what its name says, even where the same network was written out with another date
    const known = item.kind === 'models' ? existsSync(pathOf(paths, item)) : here.has(item.sha256);
    return known ? [] : [index];
  });
}

function* findFiles(paths: DataPaths, kinds: readonly Kind[], config: string | undefined): Generator<Found> {
  if (kinds.includes('npz')) {
    for (const name of namesIn(paths.trainingFolder)) {
      if (!name.endsWith('.npz') || name.startsWith('.') || !fitsConfig(name, config)) continue;
      yield* plainFile(join(paths.trainingFolder, name), (content) => ({ kind: 'npz', name, ...content }));
    }
  }
  if (!kinds.includes('models')) return;
  for (const folder of namesIn(paths.modelsFolder)) {
    if (config !== undefined && folder !== config) continue;
    for (const name of namesIn(join(paths.modelsFolder, folder))) {
      const hash = name.replace(/\.onnx$/, '');
      if (!MODEL_HASH.test(hash)) continue;
      const path = join(paths.modelsFolder, folder, name);
      yield* plainFile(path, (content) => ({ kind: 'models', config: folder, hash, ...content }));
    }
  }
}

/** Links are not followed: they could lead out of the data folder. */
function* plainFile(path: string, make: (content: object) => unknown): Generator<Found> {
  const info = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (!info?.isFile()) return;
  const content = { bytes: Number(info.size), mtimeMs: millisecondsOf(info) };
  yield { path, info, item: (sha256) => make({ sha256, ...content }) };
}

/** Time of the last change, whole milliseconds since 1970. */
const millisecondsOf = ({ mtimeNs }: BigIntStats): number => Number(mtimeNs / 1_000_000n);

const namesIn = (folder: string): string[] =>
  existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).sort() : [];

const stampOf = ({ size, mtimeNs, ino }: BigIntStats): string => `${size}:${mtimeNs}:${ino}`;

/** Hashes of files as the state store remembers them; new ones are written there together by save(). */
export class HashMemory {
  readonly #stored: FileHashes;
  readonly #fresh = new Map<string, FileHash>();
  #known: Promise<Map<string, FileHash>> | undefined;

  constructor(stored: FileHashes) {
    this.#stored = stored;
  }

  /** SHA-256 of a file, from memory when size, time and inode are those of last time. `info` is how it is now. */
  async hashOf(path: string, info: BigIntStats = statSync(path, { bigint: true })): Promise<string> {
    const stamp = stampOf(info);
    this.#known ??= this.#stored.all();
    const known = this.#fresh.get(path) ?? (await this.#known).get(path);
    if (known?.stamp === stamp) return known.hash;
    const hash = await sha256Of(path);
    this.note(path, hash, stamp);
    return hash;
  }

  /** Takes a hash that is known already, such as that of a file just received; `stamp` is what was hashed. */
  note(path: string, hash: string, stamp?: string): void {
    const info = statSync(path, { bigint: true });
    const now = stampOf(info);
    if ((stamp !== undefined && now !== stamp) || Date.now() - millisecondsOf(info) < SETTLED_MS) return;
    this.#fresh.set(path, { stamp: now, hash });
  }

  /** Losing what was not saved costs hashing again, nothing else. */
  async save(): Promise<void> {
    if (this.#fresh.size > 0) await this.#stored.put(this.#fresh);
  }
}

/** For files that are read in one go. */
const small = Buffer.allocUnsafeSlow(SMALL_BYTES);

export async function sha256Of(path: string): Promise<string> {
  const content = smallContent(path);
  const hash = createHash('sha256');
  if (content) return hash.update(content).digest('hex');
  const buffer = Buffer.allocUnsafe(CHUNK);
  const file = await open(path, 'r');
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/** Content of a file, good until the next call; undefined when it is not small. */
function smallContent(path: string): Buffer | undefined {
  const file = openSync(path, 'r');
  try {
    for (let have = 0; have < small.length; ) {
      const read = readSync(file, small, have, small.length - have, null);
      if (read === 0) return small.subarray(0, have);
      have += read;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}
