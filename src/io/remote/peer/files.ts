/** The files of a data folder that travel whole, hashed once and remembered for as long as they stay as they are. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_HASH } from '../../models/audit.ts';
import type { DataPaths } from '../../paths.ts';
import type { StateDb } from '../../state/database.ts';
import { type FileItem, FileItemSchema, type Kind } from './items.ts';

/** A file changed so lately may change again within the resolution of its time stamp. Milliseconds. */
const SETTLED_MS = 2000;
const CHUNK = 1 << 20;

/** Where an item lies in the data folder, whatever its sender calls it: made from checked parts only. */
export function pathOf(paths: DataPaths, item: FileItem): string {
  return item.kind === 'npz'
    ? join(paths.trainingFolder, item.name)
    : join(paths.modelsFolder, item.config, `${item.hash}.onnx`);
}

interface Found {
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly item: (sha256: string) => unknown;
}

/** `hex8_2p` fits `hex8_2p.npz` and `hex8_2p.run7.npz`. */
export const fitsConfig = (name: string, config: string | undefined): boolean =>
  config === undefined || new RegExp(`^${config}[._-]`).test(name);

/** All items of these kinds, hashed. Files with names that could not travel are left out. */
export async function listFiles(
  paths: DataPaths,
  state: StateDb,
  kinds: readonly Kind[],
  config: string | undefined,
): Promise<FileItem[]> {
  const items: FileItem[] = [];
  const memory = new HashMemory(state);
  for (const found of findFiles(paths, kinds, config)) {
    const item = FileItemSchema.safeParse(found.item(await memory.hashOf(found.path)));
    if (item.success) items.push(item.data);
  }
  memory.save();
  return items;
}

/** The positions of `items` that are not here. Only files of a size that was offered are hashed. */
export async function lackingFiles(paths: DataPaths, state: StateDb, items: readonly FileItem[]): Promise<number[]> {
  const sizes = new Set(items.flatMap((item) => (item.kind === 'npz' ? [item.bytes] : [])));
  const here = new Set<string>();
  const memory = new HashMemory(state);
  if (sizes.size > 0) {
    for (const { path, bytes } of findFiles(paths, ['npz'], undefined)) {
      if (sizes.has(bytes)) here.add(await memory.hashOf(path));
    }
  }
  memory.save();
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
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (!info?.isFile()) return;
  const { size: bytes, mtimeMs } = info;
  yield { path, bytes, mtimeMs, item: (sha256) => make({ sha256, bytes, mtimeMs: Math.floor(mtimeMs) }) };
}

const namesIn = (folder: string): string[] =>
  existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).sort() : [];

const stampOf = (path: string): { stamp: string; mtimeMs: number } => {
  const { size, mtimeNs, ino } = statSync(path, { bigint: true });
  return { stamp: `${size}:${mtimeNs}:${ino}`, mtimeMs: Number(mtimeNs / 1_000_000n) };
};

/** Hashes of files as they are in the state database; new ones are written there together by save(). */
export class HashMemory {
  readonly #state: StateDb;
  readonly #fresh = new Map<string, { readonly stamp: string; readonly hash: string }>();
  #known: ReadonlyMap<string, { readonly stamp: string; readonly hash: string }> | undefined;

  constructor(state: StateDb) {
    this.#state = state;
  }

  /** SHA-256 of a file, from memory when size, time and inode are those of last time. */
  async hashOf(path: string): Promise<string> {
    const { stamp } = stampOf(path);
    this.#known ??= new Map(
      this.#state
        .all('SELECT path, stamp, hash FROM file_hashes')
        .map((row) => [String(row.path), { stamp: String(row.stamp), hash: String(row.hash) }]),
    );
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return known.hash;
    const hash = await sha256Of(path);
    this.note(path, hash, stamp);
    return hash;
  }

  /** Takes a hash that is known already, such as that of a file just received. */
  note(path: string, hash: string, stamp?: string): void {
    const now = stampOf(path);
    if ((stamp !== undefined && now.stamp !== stamp) || Date.now() - now.mtimeMs < SETTLED_MS) return;
    this.#fresh.set(path, { stamp: now.stamp, hash });
  }

  save(): void {
    if (this.#fresh.size === 0) return;
    this.#state.transaction(() => {
      for (const [path, { stamp, hash }] of this.#fresh) {
        this.#state.run('INSERT OR REPLACE INTO file_hashes VALUES (?, ?, ?)', path, stamp, hash);
      }
    });
    this.#fresh.clear();
  }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  // small files in one go: a round trip to the thread pool costs more than reading them
  if (statSync(path).size <= CHUNK) return hash.update(readFileSync(path)).digest('hex');
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
