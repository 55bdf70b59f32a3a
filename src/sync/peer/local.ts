/** The side of a sync that is a folder on this machine: its own data, or a plain folder on a disk. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RrError } from '../../core/errors.ts';
import { VERSION } from '../../core/version.ts';
import { MIGRATIONS } from '../../games/store/schema.ts';
import { type DataPaths, dataPaths } from '../../io/paths.ts';
import { ModelStore } from '../../models/store.ts';
import { openState } from '../../state/open.ts';
import { SHARED_EVENT_TYPES } from '../../state/store/event-types.ts';
import { Lease } from '../../state/store/lease.ts';
import type { StateStore } from '../../state/store/store.ts';
import { HashMemory, lackingFiles, listFiles } from './files.ts';
import { gameKeys, lackingGames, listDatabases, mergeGames } from './games.ts';
import { isGenuine, receive } from './incoming.ts';
import { install, installPack } from './install.ts';
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
import { stageFiles, stageGames } from './outgoing.ts';
import { packOf } from './pack.ts';
import { outputOf } from './program.ts';
import { siftAudit, siftEvents, siftResults } from './rows.ts';
import { finish, stagingFolder } from './staging.ts';
import { hostStatus } from './status.ts';

/** Wait for another process to release a staging folder, and time between two looks. Milliseconds. */
const PATIENCE_MS = 60_000;
const POLL_MS = 100;

type Handlers = { readonly [M in Method]: (params: Params<M>) => Promise<Result<M>> | Result<M> };

export class LocalSide implements Side {
  readonly paths: DataPaths;
  readonly state: StateStore;
  readonly #models: ModelStore;
  readonly #memory: HashMemory;
  readonly #leases = new Map<string, Lease>();

  /** `root` holds data/, models/ and state/, which are made when missing. */
  static async open(root: string): Promise<LocalSide> {
    const paths = dataPaths(root);
    return new LocalSide(paths, await openState(paths.state));
  }

  constructor(paths: DataPaths, state: StateStore) {
    this.paths = paths;
    this.state = state;
    this.#models = new ModelStore(paths.modelsFolder, state.audit);
    this.#memory = new HashMemory(state.fileHashes);
  }

  async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    return this.#handlers[method](params);
  }

  pack(items: readonly FileItem[]): AsyncIterable<Uint8Array> {
    return packOf(this.paths, items);
  }

  async unpack(
    params: UnpackParams,
    contents: (missing: readonly FileItem[]) => AsyncIterable<Uint8Array>,
  ): Promise<Installed> {
    await this.#own(params.session);
    return installPack({ paths: this.paths, memory: this.#memory }, params, contents);
  }

  async close(): Promise<void> {
    for (const lease of this.#leases.values()) await lease.release();
    // last: the other side need not wait for it
    await this.#memory.save();
    await this.state.close();
  }

  readonly #handlers: Handlers = {
    hello: async () => ({
      protocol: PROTOCOL_VERSION,
      rr: VERSION,
      schemas: { games: MIGRATIONS.length, state: this.state.schema },
      rootId: await rootId(this.state, this.paths),
      nowMs: Date.now(),
    }),
    rsync: async () => ({ version: await rsyncVersion() }),
    status: () => hostStatus(this.paths, this.state.runs, this.#models),
    files: ({ kinds, config }) => listFiles(this.paths, this.#memory, kinds, config),
    lackingFiles: (items) => lackingFiles(this.paths, this.#memory, items),
    databases: ({ kinds, config }) => (kinds.includes('games') ? listDatabases(this.paths, config) : []),
    gameKeys: ({ name, after }) => gameKeys(this.paths, name, after),
    lackingGames: ({ name, keys }) => lackingGames(this.paths, name, keys),
    rowIds: ({ config }) => this.#rowIds(config),
    lackingRows: (offered) => this.#lackingRows(offered),
    rows: async ({ results, audit, events }) => {
      const [wanted, history, facts] = [new Set(results), new Set(audit), new Set(events)];
      return {
        results: (await this.state.results.find()).filter((row) => wanted.has(row.id)),
        audit: (await this.state.audit.rows()).filter((row) => history.has(row.id)),
        events: facts.size === 0 ? [] : (await this.state.events.find()).filter((row) => facts.has(row.id)),
      };
    },
    putRows: async ({ results, audit, events }) => {
      // a row whose id does not fit its contents was altered on the way or is forged
      const now = Date.now();
      const goodResults = siftResults(results, now);
      const goodAudit = await siftAudit(this.state.audit, audit, now);
      const goodEvents = siftEvents(events);
      const added =
        (await this.state.results.add(goodResults.good)) +
        (await this.state.audit.add(goodAudit.good)) +
        (await this.state.events.add(goodEvents.good));
      const moved: string[] = [];
      for (const config of this.#models.configs()) {
        for (const pointer of await this.#models.reconcile(config)) moved.push(`${config}/${pointer}`);
      }
      return { added, moved, refused: goodResults.refused + goodAudit.refused + goodEvents.refused };
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
      return install({ paths: this.paths, memory: this.#memory }, session, items);
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
      await this.#leases.get(session)?.release();
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
        const taken = await Lease.acquire(this.state.leases, `sync/${session}`, { owner: 'rr sync' });
        this.#leases.set(session, taken);
        return;
      } catch (error) {
        if (!(error instanceof RrError) || error.code !== 'LEASE_HELD' || waited >= PATIENCE_MS) throw error;
      }
      await sleep(POLL_MS);
    }
  }

  async #rowIds(config?: string): Promise<RowIds> {
    const { results, audit, events } = this.state;
    const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);
    return {
      results: config === undefined ? await results.ids() : idsOf(await results.find({ config })),
      audit: idsOf(await audit.rows(config)),
      events: idsOf(await events.find({ types: SHARED_EVENT_TYPES, config })),
    };
  }

  async #lackingRows(offered: RowIds): Promise<RowIds> {
    const here = await this.#rowIds();
    const lacking = (ids: readonly string[], have: readonly string[]): string[] => {
      const known = new Set(have);
      return ids.filter((id) => !known.has(id));
    };
    return {
      results: lacking(offered.results, here.results),
      audit: lacking(offered.audit, here.audit),
      events: lacking(offered.events, here.events),
    };
  }
}

/** A name that this data folder keeps for as long as it stays where it is: a copy of it is another one. */
async function rootId({ cursors }: StateStore, { state: place }: DataPaths): Promise<string> {
  const fresh = `${randomUUID()} at ${place}`;
  const kept = await cursors.change('root-id', (value = '') => (value.endsWith(` at ${place}`) ? value : fresh));
  return kept.slice(0, kept.indexOf(' at '));
}

let rsync: Promise<string | null> | undefined;

/** The version of the rsync on this machine, asked for once. */
export function rsyncVersion(): Promise<string | null> {
  rsync ??= outputOf('rsync', ['--version']).then(
    (text = '') => /version (\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1] ?? null,
  );
  return rsync;
}
