/**
 * The model store: `models/<config>/<hash>.onnx`, files that never change under names that say what is in them, and
 * beside them the pointers `production` and `candidate`, small files that hold a hash.
 *
 * A pointer follows its history: the audit row is committed, then the pointer file is renamed into place. The row
 * decides. A file that lags behind its row, because of a kill in between or because the row came from elsewhere, is
 * brought up to date by whoever looks at it next.
 *
 * The store does not read models: add() is given a function that verifies a file and names it.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RrError } from '../core/errors.ts';
import { nearestHint } from '../core/nearest.ts';
import { syncFolder, writeFileAtomic } from '../io/atomic.ts';
import { diskFull } from '../io/disk-full.ts';
import { makeFolder } from '../io/folder.ts';
import { hostName } from '../io/host-name.ts';
import { temporaryPath } from '../io/temporary.ts';
import {
  type Audit,
  type AuditRow,
  CONFIG_NAME,
  MODEL_HASH,
  makeAuditRow,
  POINTERS,
  type Pointer,
} from '../state/store/audit.ts';
import type { Fence } from '../state/store/lease.ts';

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
  /** Target that the pointer must have for the move to happen (null: none); any when left out. */
  readonly expected?: string | null;
  readonly atMs?: number;
  /** The move happens only while this lease is held. */
  readonly fence?: Fence | undefined;
}

/** Shortest prefix of a hash that resolve() takes, digits. */
const MIN_PREFIX = 4;

/** What moves a pointer, for whoever asks for one that does not stand anywhere yet. */
const SETS: Readonly<Record<Pointer, string>> = {
  production: 'rr promote and rr loop set it',
  candidate: 'rr train and rr loop set it',
};

export class ModelStore {
  readonly folder: string;
  readonly #history: Audit;
  readonly #readOnly: boolean;

  /** `folder` is DataPaths.modelsFolder. `readOnly`: looking at a pointer leaves a file that lags behind as it is. */
  constructor(folder: string, history: Audit, { readOnly = false } = {}) {
    this.folder = folder;
    this.#history = history;
    this.#readOnly = readOnly;
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
      return this.#describe(config, hash, await this.#pointers(config));
    } catch (error) {
      throw diskFull(error, folder);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Models in the store, newest first. */
  async list(config?: string): Promise<ModelFile[]> {
    const models: ModelFile[] = [];
    for (const name of config === undefined ? this.configs() : [config]) {
      const pointers = await this.#pointers(name);
      for (const hash of this.#hashes(name)) models.push(this.#describe(name, hash, pointers));
    }
    return models.sort((a, b) => b.addedAt - a.addedAt || (a.hash < b.hash ? -1 : 1));
  }

  configs(): string[] {
    return namesIn(this.folder).filter((name) => CONFIG_NAME.test(name));
  }

  /**
   * `production`, `candidate`, or a content hash or a prefix of one.
   * @throws RrError MODEL_NOT_FOUND, MODEL_AMBIGUOUS
   */
  async resolve(config: string, name: string): Promise<ModelFile> {
    const notFound = (hint: string): RrError => new RrError('MODEL_NOT_FOUND', { name, config, hint });
    const pointers = await this.#pointers(config);
    const pointer = POINTERS.find((known) => known === name);
    if (pointer) {
      const hash = pointers.get(pointer);
      if (hash === undefined) throw notFound(`: the pointer is not set; ${SETS[pointer]}`);
      if (!existsSync(this.pathOf(config, hash))) throw notFound(`: ${hash.slice(0, 12)} is not in ${this.folder}`);
      return this.#describe(config, hash, pointers);
    }
    if (!/^[0-9a-f]+$/.test(name) || name.length < MIN_PREFIX) {
      throw notFound(nearestHint(name, POINTERS) || ` (a pointer, or ${MIN_PREFIX} and more digits of a hash)`);
    }
    const found = this.#hashes(config).filter((hash) => hash.startsWith(name));
    if (found.length > 1) throw new RrError('MODEL_AMBIGUOUS', { name, config, count: found.length });
    if (found[0] === undefined) throw notFound(` in ${this.#folderOf(config)}`);
    return this.#describe(config, found[0], pointers);
  }

  /** The hash a pointer stands at; undefined when it is not set. @throws RrError FILE_CORRUPT */
  async pointer(config: string, pointer: Pointer): Promise<string | undefined> {
    const [written, due] = [this.#written(config, pointer), await this.#due(config, pointer)];
    if (due === undefined || due === written) return written;
    if (!this.#readOnly) await this.#follow(config, pointer);
    return due;
  }

  /**
   * Moves a pointer and returns its audit row. @throws RrError MODEL_NOT_FOUND, MODEL_POINTER_MOVED (somebody else
   * moved it since `expected` was read), LEASE_LOST
   */
  async point(config: string, pointer: Pointer, hash: string, move: PointerMove): Promise<AuditRow> {
    const { hash: full } = await this.resolve(config, hash);
    // a pointer without history is where its file says
    const written = this.#written(config, pointer);
    const { actor, reason, detail = {}, atMs = Date.now(), expected, fence } = move;
    const next = (last: AuditRow | undefined): AuditRow => {
      const previous = last?.hash ?? written ?? null;
      if (expected !== undefined && expected !== previous) {
        const found = { found: previous ?? 'unset', expected: expected ?? 'unset' };
        throw new RrError('MODEL_POINTER_MOVED', { config, pointer, ...found });
      }
      return makeAuditRow({
        ...{ config, pointer, hash: full, previous, generation: (last?.generation ?? 0) + 1 },
        ...{ at: atMs, host: hostName(), actor, reason, detail: JSON.stringify(detail) },
      });
    };
    const row = await this.#history.append(config, pointer, next, fence);
    await this.reconcile(config);
    return row;
  }

  /** The pointers' history, oldest first. */
  audit(config?: string): Promise<AuditRow[]> {
    return this.#history.rows(config);
  }

  /**
   * Makes history of pointer files that say something else than their history, for when part of it was lost. Returns the pointers
   * that this was done for.
   */
  async adoptFiles(config: string, move: PointerMove): Promise<Pointer[]> {
    const adopted: Pointer[] = [];
    for (const pointer of POINTERS) {
      const written = this.#written(config, pointer);
      if (written === undefined || !existsSync(this.pathOf(config, written))) continue;
      if (written === (await this.#history.winner(config, pointer))?.hash) continue;
      await this.point(config, pointer, written, move);
      adopted.push(pointer);
    }
    return adopted;
  }

  /** Brings every pointer of `config` up to its history. Returns the pointers that moved. */
  async reconcile(config: string): Promise<Pointer[]> {
    const moved: Pointer[] = [];
    for (const pointer of POINTERS) if (await this.#follow(config, pointer)) moved.push(pointer);
    return moved;
  }

  /**
   * Writes the pointer file until it holds what the history says. The look comes after the write, so whoever writes
   * last has seen a history that is no older than its file, without a lock; true when it wrote.
   */
  async #follow(config: string, pointer: Pointer): Promise<boolean> {
    for (let wrote = false; ; wrote = true) {
      const due = await this.#due(config, pointer);
      if (due === undefined || due === this.#written(config, pointer)) return wrote;
      await writeFileAtomic(join(this.#folderOf(config), pointer), `${due}\n`);
    }
  }

  /** Target by the history; undefined without any, or when the model has not arrived here: then the pointer stays. */
  async #due(config: string, pointer: Pointer): Promise<string | undefined> {
    const hash = (await this.#history.winner(config, pointer))?.hash;
    return hash !== undefined && existsSync(this.pathOf(config, hash)) ? hash : undefined;
  }

  /** Target by the pointer file. @throws RrError FILE_CORRUPT */
  #written(config: string, pointer: Pointer): string | undefined {
    const path = join(this.#folderOf(config), pointer);
    if (!existsSync(path)) return undefined;
    const text = readFileSync(path, 'utf8').trim();
    if (!MODEL_HASH.test(text)) throw new RrError('FILE_CORRUPT', { path, detail: 'does not hold a model hash' });
    return text;
  }

  async #pointers(config: string): Promise<ReadonlyMap<Pointer, string>> {
    const standing = new Map<Pointer, string>();
    for (const pointer of POINTERS) {
      const hash = await this.pointer(config, pointer);
      if (hash !== undefined) standing.set(pointer, hash);
    }
    return standing;
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

  #describe(config: string, hash: string, standing: ReadonlyMap<Pointer, string>): ModelFile {
    const path = this.pathOf(config, hash);
    const { size, birthtimeMs, mtimeMs } = statSync(path);
    const pointers = POINTERS.filter((pointer) => standing.get(pointer) === hash);
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
