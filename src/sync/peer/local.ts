/** The side of a sync that is a folder on this machine: its own data, or a plain folder on a disk. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RrError } from '../../core/errors.ts';
import { VERSION } from '../../core/version.ts';
import { MIGRATIONS } from '../../games/store/schema.ts';
import { type DataPaths, dataPaths } from '../../io/paths.ts';
import { addAuditRows, auditRows, isGenuineAudit } from '../../models/audit.ts';
import { ModelStore } from '../../models/store.ts';
import { StateDb } from '../../state/database.ts';
import { cursor, setCursor } from '../../state/journal.ts';
import { Lease } from '../../state/lease.ts';
import { addResults, findResults, isGenuine as isGenuineResult, resultIds } from '../../state/results.ts';
import { STATE_MIGRATIONS } from '../../state/schema.ts';
import { HashMemory, lackingFiles, listFiles } from './files.ts';
import { gameKeys, lackingGames, listDatabases, mergeGames } from './games.ts';
import type { FileItem, RowIds } from './items.ts';
import {
  type Installed,
  type Method,
  type Params,
  PROTOCOL_VERSION,
  type Result,
  type Side,
  type UnpackParams,
} from './methods.ts';
import { packOf } from './pack.ts';
import { outputOf } from './program.ts';
import { finish, install, installPack, isGenuine, receive, stageFiles, stageGames, stagingFolder } from './staging.ts';
import { hostStatus } from './status.ts';

/** How long to wait for another process to leave a staging folder, and how often to look. Milliseconds. */
const PATIENCE_MS = 5000;
const POLL_MS = 100;

type Handlers = { readonly [M in Method]: (params: Params<M>) => Promise<Result<M>> | Result<M> };

export class LocalSide implements Side {
  readonly paths: DataPaths;
  readonly state: StateDb;
  readonly #models: ModelStore;
  readonly #memory: HashMemory;
  readonly #leases = new Map<string, Lease>();

  /** `root` holds data/, models/ and state/, which are made when missing. */
  constructor(root: string) {
    this.paths = dataPaths(root);
    this.state = StateDb.open(this.paths.state);
    this.#models = new ModelStore(this.paths.modelsFolder, this.state);
    this.#memory = new HashMemory(this.state);
  }

  async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    return this.#handlers[method](params);
  }

  pack(items: readonly FileItem[]): AsyncIterable<Uint8Array> {
    return packOf(this.paths, items);
  }

  async unpack(
    { session, items, reserve }: UnpackParams,
    contents: (missing: readonly FileItem[]) => AsyncIterable<Uint8Array>,
  ): Promise<Installed> {
    await this.#own(session);
    return installPack(this.paths, this.#memory, session, items, reserve, contents);
  }

  async close(): Promise<void> {
    for (const lease of this.#leases.values()) lease.release();
    // late, so that nobody waits for it
    this.#memory.save();
    this.state.close();
  }

  readonly #handlers: Handlers = {
    hello: () => ({
      protocol: PROTOCOL_VERSION,
      rr: VERSION,
      schemas: { games: MIGRATIONS.length, state: STATE_MIGRATIONS.length },
      rootId: rootId(this.state),
      nowMs: Date.now(),
    }),
    rsync: async () => ({ version: await rsyncVersion() }),
    status: () => hostStatus(this.paths, this.state, this.#models),
    files: ({ kinds, config }) => listFiles(this.paths, this.#memory, kinds, config),
    lackingFiles: (items) => lackingFiles(this.paths, this.#memory, items),
    databases: ({ kinds, config }) => (kinds.includes('games') ? listDatabases(this.paths, config) : []),
    gameKeys: ({ name, after }) => gameKeys(this.paths, name, after),
    lackingGames: ({ name, keys }) => lackingGames(this.paths, name, keys),
    rowIds: ({ config }) => ({
      results: config === undefined ? resultIds(this.state) : findResults(this.state, { config }).map((row) => row.id),
      audit: auditRows(this.state, config).map((row) => row.id),
    }),
    lackingRows: ({ results, audit }) => this.#lackingRows({ results, audit }),
    rows: ({ results, audit }) => {
      const [wanted, history] = [new Set(results), new Set(audit)];
      return {
        results: findResults(this.state).filter((row) => wanted.has(row.id)),
        audit: auditRows(this.state).filter((row) => history.has(row.id)),
      };
    },
    putRows: async ({ results, audit }) => {
      // a row whose id does not fit its contents was altered on the way or is forged
      const added =
        addResults(this.state, results.filter(isGenuineResult)) +
        addAuditRows(this.state, audit.filter(isGenuineAudit));
      const moved: string[] = [];
      for (const config of this.#models.configs()) {
        for (const pointer of await this.#models.reconcile(config)) moved.push(`${config}/${pointer}`);
      }
      return { added, moved };
    },
    stageFiles: async ({ session, items }) => {
      await this.#own(session);
      return { folder: stageFiles(this.paths, session, items) };
    },
    stageGames: async ({ session, name, ids }) => {
      await this.#own(session);
      return stageGames(this.paths, session, name, ids);
    },
    receive: async ({ session, files, reserve }) => {
      await this.#own(session);
      return receive(this.paths, session, files, reserve);
    },
    install: async ({ session, items }) => {
      await this.#own(session);
      return install(this.paths, this.#memory, session, items);
    },
    merge: async ({ session, name, staged }) => {
      await this.#own(session);
      const path = join(stagingFolder(this.paths, 'incoming', session), staged.sha256);
      if (!(await isGenuine(path, staged))) return { added: 0, updated: 0, conflicts: 0, corrupt: true };
      const { added, updated, conflicts } = await mergeGames(this.paths, name, path);
      for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
      return { added, updated, conflicts, corrupt: false };
    },
    finish: async ({ session }) => {
      await this.#own(session);
      await finish(this.paths, session);
      this.#leases.get(session)?.release();
      this.#leases.delete(session);
      return {};
    },
  };

  /**
   * One process at a time works in a staging folder. The far end of a broken connection may need a moment to notice.
   * @throws RrError LEASE_HELD, LEASE_LOST
   */
  async #own(session: string): Promise<void> {
    const lease = this.#leases.get(session);
    if (lease) return lease.renew();
    for (let waited = 0; ; waited += POLL_MS) {
      try {
        this.#leases.set(session, Lease.acquire(this.state, `sync/${session}`, { owner: 'rr sync' }));
        return;
      } catch (error) {
        if (!(error instanceof RrError) || error.code !== 'LEASE_HELD' || waited >= PATIENCE_MS) throw error;
      }
      await sleep(POLL_MS);
    }
  }

  #lackingRows({ results, audit }: RowIds): RowIds {
    const have = new Set([...resultIds(this.state), ...auditRows(this.state).map((row) => row.id)]);
    return { results: results.filter((id) => !have.has(id)), audit: audit.filter((id) => !have.has(id)) };
  }
}

/** A name that this data folder keeps for as long as it stays where it is: a copy of it is another one. */
function rootId(state: StateDb): string {
  return state.transaction(() => {
    const place = resolve(state.path);
    const [id, where] = (cursor(state, 'root-id') ?? '').split(' at ');
    if (id && where === place) return id;
    const made = randomUUID();
    setCursor(state, 'root-id', `${made} at ${place}`);
    return made;
  });
}

let rsync: Promise<string | null> | undefined;

/** The version of the rsync on this machine, asked for once. */
export function rsyncVersion(): Promise<string | null> {
  rsync ??= outputOf('rsync', ['--version']).then(
    (text = '') => /version (\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1] ?? null,
  );
  return rsync;
}
