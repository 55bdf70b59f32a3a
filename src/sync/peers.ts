/** The other ends of a sync: hosts of hosts.yaml behind ssh, and plain folders of this machine. */
import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Host } from '../cluster/hosts/file.ts';
import { Session } from '../cluster/ssh/session.ts';
import { RrError } from '../core/errors.ts';
import { POINTERS, type Pointer } from '../state/store/audit.ts';
import type { Breakers } from '../state/store/breaker.ts';
import { LocalSide, rsyncVersion } from './peer/local.ts';
import type { Hello, Side } from './peer/methods.ts';
import { outputOf } from './peer/program.ts';
import { RemoteSide } from './peer/remote.ts';
import { CopyMover } from './transfer/copy.ts';
import { RateLimit } from './transfer/limit.ts';
import type { Mover, Transfer } from './transfer/mover.ts';
import { MIN_RSYNC, RsyncMover } from './transfer/rsync.ts';
import { SftpMover } from './transfer/sftp.ts';

export type Direction = 'push' | 'pull';

export interface Peer {
  readonly name: string;
  /** About to go away. */
  readonly leaving: boolean;
  /** Where copies are best kept; larger is better. */
  readonly preference: number;
  /** Bytes that stay free there. */
  readonly minFree: number;
  /** Pointers whose moves are taken over from it. */
  readonly trust: readonly Pointer[];
  open(): Promise<OpenPeer>;
}

export interface OpenPeer {
  readonly side: Side;
  /** Its clock minus ours. Milliseconds. */
  readonly skewMs: number;
  readonly hello: Hello;
  /** Limit on everything that travels. */
  readonly limit: RateLimit;
  mover(direction: Direction, bytes: number): Promise<Mover>;
  close(): Promise<void>;
}

export interface PeerOptions {
  /** Undefined: breakers are neither asked nor told. */
  readonly breakers: Breakers | undefined;
  readonly transfer: Transfer;
  /** No bandwidth limits. */
  readonly urgent: boolean;
}

/** Below this a transfer is over before rsync has started. Bytes. */
const WORTH_RSYNC = 4e6;

export const hostPeer = (host: Host, options: PeerOptions): Peer => ({
  name: host.name,
  leaving: host.status === 'draining',
  preference: host.status === 'draining' ? -1 : host.roles.includes('store') ? 1 : 0,
  minFree: host.minFree,
  trust: host.trust,
  open: () => openHost(host, options),
});

async function openHost(host: Host, options: PeerOptions): Promise<OpenPeer> {
  const session = new Session(host, { breakers: options.breakers });
  try {
    const { address } = await session.connected();
    const side = await RemoteSide.start(session);
    const asked = Date.now();
    const hello = await side.call('hello', {});
    const skewMs = hello.nowMs - (asked + Date.now()) / 2;
    const bandwidth = options.urgent ? undefined : host.bandwidth;
    const limit = new RateLimit(bandwidth);
    return {
      side,
      skewMs,
      hello,
      limit,
      mover: async (direction, bytes) => {
        const possible = options.transfer !== 'sftp' && (await canRsync(side));
        if (options.transfer === 'rsync' && !possible) {
          throw new RrError('HOST_COMMAND', { host: host.name, detail: 'no rsync here and there (and ssh here)' });
        }
        return possible && (bytes >= WORTH_RSYNC || options.transfer === 'rsync')
          ? new RsyncMover({ host, address, direction, bandwidth })
          : new SftpMover(session, direction, limit);
      },
      close: async () => {
        await side.close();
        await session.close();
      },
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function canRsync(there: Side): Promise<boolean> {
  const enough = (version: string | null): boolean =>
    version !== null && version.localeCompare(MIN_RSYNC, 'en', { numeric: true }) >= 0;
  const { version } = await there.call('rsync', {});
  return enough(version) && enough(await rsyncVersion()) && (await hasSsh());
}

let ssh: Promise<boolean> | undefined;
const hasSsh = (): Promise<boolean> => {
  ssh ??= outputOf('ssh', ['-V']).then((output) => output !== undefined);
  return ssh;
};

/** @throws RrError FILE_NOT_FOUND: a folder that was misspelt must not become a new store */
export function folderPeer(path: string, minFree: number): Peer {
  const root = resolve(path);
  if (!existsSync(root)) throw new RrError('FILE_NOT_FOUND', { path: `${root} (make the folder first)` });
  if (!statSync(root).isDirectory()) throw new RrError('USAGE', { detail: `${root} is not a folder` });
  return {
    name: basename(root),
    leaving: false,
    preference: 1,
    minFree,
    // whoever names a folder knows what is in it
    trust: POINTERS,
    open: async () => {
      const side = await LocalSide.open(root);
      const limit = new RateLimit(undefined);
      return {
        side,
        limit,
        skewMs: 0,
        hello: await side.call('hello', {}),
        mover: async () => new CopyMover(limit),
        close: () => side.close(),
      };
    },
  };
}

/** Those first that should be fetched from soon: what a machine that drains or fails alone has may be gone tomorrow. */
export async function byUrgency(peers: readonly Peer[], breakers: Breakers): Promise<Peer[]> {
  const urgency = new Map<Peer, number>();
  for (const peer of peers) {
    const { failures } = await breakers.state(peer.name);
    urgency.set(peer, (peer.leaving ? 2 : 0) + (failures > 0 ? 1 : 0));
  }
  return [...peers].sort((a, b) => (urgency.get(b) ?? 0) - (urgency.get(a) ?? 0));
}
