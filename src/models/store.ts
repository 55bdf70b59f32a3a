/**
 * The model store: `models/<config>/<hash>.onnx`, files that never change under names that say what is in them, and
 * beside them the pointers `production` and `candidate`, small files that hold a hash.
 *
 * A pointer moves in two steps: its audit row is committed, then the pointer file is renamed into place. A kill in
 * between is mended by reconcile(), which sets every pointer to what its history says.
 *
 * What is inside a file is not this store's business: add() is given a function that verifies a file and names it.
 */
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { RrError } from '../core/errors.ts';
import { nearestHint } from '../core/nearest.ts';
import { diskFull, syncFolder, temporaryPath } from '../io/atomic.ts';
import { makeFolder } from '../io/folder.ts';
import type { StateDb } from '../state/database.ts';
import {
  type AuditRow,
  addAuditRows,
  auditRows,
  CONFIG_NAME,
  MODEL_HASH,
  makeAuditRow,
  POINTERS,
  type Pointer,
  winningRow,
} from './audit.ts';

export interface ModelFile {
  readonly config: string;
  /** Content hash, 64 hexadecimal digits; the file's name. */
  readonly hash: string;
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970: when it came into this store. */
  readonly addedAt: number;
  readonly pointers: readonly Pointer[];
}

/** Verifies the file at `path` and returns its content hash; throws to refuse it. */
export type Identify = (path: string) => Promise<string>;

export interface PointerMove {
  readonly actor: string;
  readonly reason: string;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** What the pointer must stand at for the move to happen (null: nowhere); any when left out. */
  readonly expected?: string | null;
  readonly atMs?: number;
}

/** Shortest prefix of a hash that resolve() takes, digits. */
const MIN_PREFIX = 4;

export class ModelStore {
  readonly folder: string;
  readonly #state: StateDb;

  /** `folder` is DataPaths.modelsFolder. */
  constructor(folder: string, state: StateDb) {
    this.folder = folder;
    this.#state = state;
  }

  pathOf(config: string, hash: string): string {
    return join(this.#folderOf(config), `${checkedHash(hash)}.onnx`);
  }

  /**
   * Copies a finished file into the store under its content hash; one that is there already stays as it is. The copy
   * is what gets verified, so a source that changes meanwhile cannot slip through.
   * @throws RrError DISK_FULL, and whatever `identify` throws
   */
  async add(config: string, source: string, identify: Identify): Promise<ModelFile> {
    const folder = this.#folderOf(config);
    makeFolder(folder);
    const temporary = temporaryPath(join(folder, 'model.onnx'));
    try {
      await copyFile(source, temporary);
      const hash = checkedHash(await identify(temporary));
      const target = this.pathOf(config, hash);
      if (!existsSync(target)) {
        await syncFile(temporary);
        await rename(temporary, target);
        await syncFolder(folder);
      }
      return this.#describe(config, hash);
    } catch (error) {
      throw diskFull(error, folder);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Models in the store, newest first. */
  list(config?: string): ModelFile[] {
    const configs = config === undefined ? this.configs() : [config];
    return configs
      .flatMap((name) => this.#hashes(name).map((hash) => this.#describe(name, hash)))
      .sort((a, b) => b.addedAt - a.addedAt || (a.hash < b.hash ? -1 : 1));
  }

  configs(): string[] {
    return namesIn(this.folder).filter((name) => CONFIG_NAME.test(name));
  }

  /**
   * `production`, `candidate`, or a content hash or a prefix of one.
   * @throws RrError MODEL_NOT_FOUND, MODEL_AMBIGUOUS
   */
  resolve(config: string, name: string): ModelFile {
    const notFound = (hint: string): RrError => new RrError('MODEL_NOT_FOUND', { name, config, hint });
    const pointer = POINTERS.find((known) => known === name);
    if (pointer) {
      const hash = this.pointer(config, pointer);
      if (hash === undefined) throw notFound(': the pointer is not set');
      if (!existsSync(this.pathOf(config, hash))) throw notFound(`: ${hash.slice(0, 12)} is not in ${this.folder}`);
      return this.#describe(config, hash);
    }
    if (!/^[0-9a-f]+$/.test(name) || name.length < MIN_PREFIX) {
      throw notFound(nearestHint(name, POINTERS) || ` (a pointer, or ${MIN_PREFIX} and more digits of a hash)`);
    }
    const found = this.#hashes(config).filter((hash) => hash.startsWith(name));
    if (found.length > 1) throw new RrError('MODEL_AMBIGUOUS', { name, config, count: found.length });
    if (found[0] === undefined) throw notFound(` in ${this.#folderOf(config)}`);
    return this.#describe(config, found[0]);
  }

  /** The hash a pointer stands at; undefined when it is not set. @throws RrError FILE_CORRUPT */
  pointer(config: string, pointer: Pointer): string | undefined {
    const path = join(this.#folderOf(config), pointer);
    if (!existsSync(path)) return undefined;
    const text = readFileSync(path, 'utf8').trim();
    if (!MODEL_HASH.test(text)) throw new RrError('FILE_CORRUPT', { path, detail: 'does not hold a model hash' });
    return text;
  }

  /**
   * Moves a pointer and returns its audit row. @throws RrError MODEL_NOT_FOUND, MODEL_POINTER_MOVED (somebody else
   * moved it since `expected` was read)
   */
  async point(config: string, pointer: Pointer, hash: string, move: PointerMove): Promise<AuditRow> {
    const { hash: full } = this.resolve(config, hash);
    const row = this.#state.transaction(() => {
      const last = winningRow(this.#state, config, pointer);
      const previous = last?.hash ?? this.pointer(config, pointer) ?? null;
      if (move.expected !== undefined && move.expected !== previous) {
        const [found, expected] = [previous ?? 'unset', move.expected ?? 'unset'];
        throw new RrError('MODEL_POINTER_MOVED', { config, pointer, found, expected });
      }
      const { actor, reason, detail = {}, atMs = Date.now() } = move;
      const made = makeAuditRow({
        ...{ config, pointer, hash: full, previous, generation: (last?.generation ?? 0) + 1 },
        ...{ at: atMs, host: hostname(), actor, reason, detail: JSON.stringify(detail) },
      });
      addAuditRows(this.#state, [made]);
      return made;
    });
    await this.reconcile(config);
    return row;
  }

  /** The pointers' history, oldest first. */
  audit(config?: string): AuditRow[] {
    return auditRows(this.#state, config);
  }

  /**
   * Sets every pointer of `config` to what its history says. A pointer whose model has not arrived here keeps its
   * place. Returns the pointers that moved.
   */
  async reconcile(config: string): Promise<Pointer[]> {
    const moved: Pointer[] = [];
    // under the database's write lock, so that nobody moves a pointer between the look and the rename
    this.#state.transaction(() => {
      for (const pointer of POINTERS) {
        const hash = winningRow(this.#state, config, pointer)?.hash;
        if (hash === undefined || hash === this.pointer(config, pointer)) continue;
        if (!existsSync(this.pathOf(config, hash))) continue;
        const path = join(this.#folderOf(config), pointer);
        const temporary = temporaryPath(path);
        writeFileSync(temporary, `${hash}\n`, { flush: true });
        renameSync(temporary, path);
        moved.push(pointer);
      }
    });
    if (moved.length > 0) await syncFolder(this.#folderOf(config));
    return moved;
  }

  #folderOf(config: string): string {
    if (!CONFIG_NAME.test(config)) throw new RrError('USAGE', { detail: `'${config}' is not a config key` });
    return join(this.folder, config);
  }

  #hashes(config: string): string[] {
    return namesIn(this.#folderOf(config)).flatMap((name) => {
      const hash = name.endsWith('.onnx') ? name.slice(0, -'.onnx'.length) : '';
      return MODEL_HASH.test(hash) ? [hash] : [];
    });
  }

  #describe(config: string, hash: string): ModelFile {
    const path = this.pathOf(config, hash);
    const { size, birthtimeMs, mtimeMs } = statSync(path);
    const pointers = POINTERS.filter((pointer) => this.pointer(config, pointer) === hash);
    return { config, hash, path, bytes: size, addedAt: Math.floor(Math.max(birthtimeMs, mtimeMs)), pointers };
  }
}

function checkedHash(hash: string): string {
  if (!MODEL_HASH.test(hash)) throw new RrError('USAGE', { detail: `'${hash}' is not a content hash (64 hex digits)` });
  return hash;
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
