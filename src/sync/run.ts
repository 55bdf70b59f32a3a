/** One sync with many machines: side by side, each on its own, one `transfer` record for each. */
import { type ExitCode, RrError } from '../core/errors.ts';
import { sideBySide } from '../io/task-list.ts';
import { POINTERS } from '../state/store/audit.ts';
import { exitOfAll } from './each-host.ts';
import { execute, moverBytes, newTally, refuseCorrupt, type Tally } from './execute.ts';
import { eventOf } from './note.ts';
import { named } from './peer/failure.ts';
import type { LocalSide } from './peer/local.ts';
import type { Side } from './peer/methods.ts';
import type { Direction, OpenPeer, Peer } from './peers.ts';
import {
  checkHello,
  listFiles,
  makePlan,
  type Plan,
  planBytes,
  planGamesCount,
  rowCount,
  type SyncQuery,
} from './plan.ts';
import { type PeerPlan, planReplicas } from './replicas.ts';
import type { Mover } from './transfer/mover.ts';
import type { TransferRecord } from './transfer-record.ts';

export interface SyncOptions {
  readonly direction: Direction;
  readonly query: SyncQuery;
  readonly sinceLast: boolean;
  readonly dryRun: boolean;
  /** Send only as many copies as are missing to this number. */
  readonly replicas?: number | undefined;
  readonly maxParallel: number;
  /** Bytes that stay free here. */
  readonly minFree: number;
  readonly signal?: AbortSignal | undefined;
  /** Show each machine on a terminal. */
  readonly live: boolean;
  readonly onPlan?: (peer: string, bytes: number) => void;
  /** `show` sets the line below the machine's name. */
  readonly onBytes?: (peer: string, bytes: number, show: (line: string) => void) => void;
  readonly onEnd?: (record: TransferRecord) => void | Promise<void>;
}

type PeerOptions = Omit<SyncOptions, 'onBytes'> & { readonly onBytes: (peer: string, bytes: number) => void };

/** Rows of a database that are looked at again although a cursor has passed them: updates reuse numbers. */
const CURSOR_MARGIN = 1000;

export async function syncPeers(
  local: LocalSide,
  peers: readonly Peer[],
  options: SyncOptions,
): Promise<TransferRecord[]> {
  const barrier = options.replicas === undefined ? undefined : new ReplicaBarrier(peers.length, options.replicas);
  // all have to be heard before copies can be counted
  const parallel = barrier ? peers.length : options.maxParallel;
  const records: TransferRecord[] = [];
  const shown = { title: (peer: Peer) => peer.name, maxParallel: parallel, live: options.live };
  await sideBySide(peers, shown, async (peer, show) => {
    const onBytes = (name: string, bytes: number): void => options.onBytes?.(name, bytes, show);
    const record = await syncPeer(local, peer, { ...options, onBytes }, barrier);
    records.push(record);
    if (!options.dryRun) await local.state.events.add([eventOf(record, Date.now())]);
    await options.onEnd?.(record);
    return record.status === 'failed' ? (record.reason ?? 'failed') : undefined;
  });
  return records;
}

async function syncPeer(
  local: LocalSide,
  peer: Peer,
  options: PeerOptions,
  barrier: ReplicaBarrier | undefined,
): Promise<TransferRecord> {
  const { direction, dryRun } = options;
  const start = performance.now();
  const tally = newTally();
  const base = { host: peer.name, direction };
  // what goes in packs needs no mover
  const way = (): string | undefined => via ?? (tally.bytes > 0 ? 'pack' : undefined);
  const seconds = (): number => Math.round(performance.now() - start) / 1000;
  let open: OpenPeer | undefined;
  let via: string | undefined;
  let short: number | undefined;
  try {
    options.signal?.throwIfAborted();
    // hashing continues while the other side starts
    const listing = direction === 'push' ? listFiles(local, options.query) : undefined;
    listing?.catch(() => {});
    open = await peer.open();
    const mine = await local.call('hello', {});
    checkHello(peer.name, mine, open.hello, open.skewMs);
    const [from, to]: Side[] = direction === 'push' ? [local, open.side] : [open.side, local];
    if (!from || !to) throw new Error('unreachable');
    const cursorName = (name: string): string => `sync/${open?.hello.rootId}/${direction}/${name}`;
    const { cursors } = local.state;
    const after = async (name: string, last: number): Promise<number> => {
      const cursor = Number((await cursors.get(cursorName(name))) ?? 0);
      // one beyond the end is of another database of that name, or was a lie
      return cursor > last ? 0 : Math.max(0, cursor - CURSOR_MARGIN);
    };
    let plan = await makePlan(from, to, { ...options.query, ...(options.sinceLast ? { after } : {}) }, listing);
    if (barrier) ({ plan, short } = await barrier.agree({ ...peer, plan }));
    const bytes = planBytes(plan);
    options.onPlan?.(peer.name, bytes);
    if (dryRun) return { ...planned(plan, base, seconds()), short };

    const { mover, limit } = open;
    let chosen: Promise<Mover> | undefined;
    await execute(
      plan,
      {
        ...{ from, to, limit, signal: options.signal },
        mover: async () => {
          chosen ??= mover(direction, moverBytes(plan));
          via = (await chosen).via;
          return chosen;
        },
        fromSession: `${(direction === 'push' ? open.hello : mine).rootId}-${direction}`,
        toSession: `${(direction === 'push' ? mine : open.hello).rootId}-${direction}`,
        // who may log in there could move its pointers by hand
        trust: direction === 'push' ? POINTERS : peer.trust,
        reserve: direction === 'push' ? peer.minFree : options.minFree,
        onBytes: (moved) => options.onBytes(peer.name, moved),
        onGames: async ({ name, last }) => {
          if (last > 0 && options.query.config === undefined) await cursors.set(cursorName(name), String(last));
        },
      },
      tally,
    );
    refuseCorrupt(peer.name, tally);
    return { ...base, ...counts(tally), status: 'done', via: way(), seconds: seconds(), ...NO_FAILURE, short };
  } catch (thrown) {
    // being stopped is not the host's failure
    if (options.signal?.aborted && thrown === options.signal.reason) throw thrown;
    barrier?.drop();
    const error = named(peer.name, thrown);
    const { code, exit, message: reason } = error;
    return { ...base, ...counts(tally), status: 'failed', via: way(), seconds: seconds(), code, exit, reason, short };
  } finally {
    await open?.close().catch(() => {});
  }
}

const NO_FAILURE = { code: undefined, exit: 0, reason: undefined } as const;

const counts = ({ files, games, rows, untrusted, bytes, resumed, conflicts }: Tally) => ({
  ...{ files, games, rows, untrusted, bytes, conflicts },
  resumedBytes: resumed,
});

const planned = (plan: Plan, base: { host: string; direction: Direction }, seconds: number): TransferRecord => ({
  ...base,
  status: 'planned',
  via: undefined,
  files: plan.files.length,
  games: planGamesCount(plan),
  rows: rowCount(plan.rows),
  untrusted: 0,
  bytes: planBytes(plan),
  resumedBytes: 0,
  conflicts: 0,
  seconds,
  ...NO_FAILURE,
  short: undefined,
});

export const exitOf = (records: readonly TransferRecord[]): ExitCode => exitOfAll(records.map(({ exit }) => exit));

/** Lets every machine's plan through once all of them are known or have failed. */
class ReplicaBarrier {
  readonly #copies: number;
  readonly #plans: PeerPlan[] = [];
  readonly #decided = Promise.withResolvers<ReturnType<typeof planReplicas>>();
  #missing: number;

  constructor(peers: number, copies: number) {
    this.#missing = peers;
    this.#copies = copies;
  }

  async agree(peer: PeerPlan): Promise<{ plan: Plan; short: number }> {
    this.#plans.push(peer);
    this.drop();
    const { plans, short } = await this.#decided.promise;
    const plan = plans.get(peer.name);
    if (!plan) throw new RrError('HOST_COMMAND', { host: peer.name, detail: 'is not part of the replica plan' });
    return { plan, short };
  }

  /** One machine fewer to wait for. Called again after agree() it changes nothing any more. */
  drop(): void {
    this.#missing--;
    if (this.#missing === 0) this.#decided.resolve(planReplicas(this.#plans, this.#copies));
  }
}
