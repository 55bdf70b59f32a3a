/**
 * rsync over the ssh program: the fastest way where both ends have it. Interrupted files resume where they stopped
 * (--append writes in place and -s keeps the far shell away from names; what is there is the beginning of the same content), and rsync's own checksums are off
 * because the receiving side hashes every file anyway.
 */

import type { Host } from '../../cluster/hosts/file.ts';
import { RrError } from '../../core/errors.ts';
import type { MoveOptions, Mover } from './mover.ts';
import { writeOpensshConfig } from './openssh.ts';

/** Below this version options that we use are missing. */
export const MIN_RSYNC = '3.2';

export interface RsyncPeer {
  readonly host: Host;
  /** The one of its addresses that answered. */
  readonly address: string;
  readonly direction: 'push' | 'pull';
  /** Bytes a second. */
  readonly bandwidth: number | undefined;
}

export class RsyncMover implements Mover {
  readonly via = 'rsync';
  readonly #peer: RsyncPeer;

  constructor(peer: RsyncPeer) {
    this.#peer = peer;
  }

  async move({ from, to, onBytes, signal }: MoveOptions): Promise<void> {
    // takes its time to load, and most syncs move little
    const { execa } = await import('execa');
    const { host, address, direction } = this.#peer;
    const config = writeOpensshConfig(host, address);
    try {
      const [source, target] = direction === 'push' ? [from, `peer:${to}`] : [`peer:${from}`, to];
      const child = execa('rsync', [...this.#options(config.path), '--', `${source}/`, `${target}/`], {
        reject: false,
        buffer: { stdout: false },
        ...(signal ? { cancelSignal: signal } : {}),
      });
      const count = progressCounter(onBytes);
      child.stdout.setEncoding('utf8').on('data', count);
      const { exitCode, stderr, isCanceled } = await child;
      if (isCanceled) signal?.throwIfAborted();
      if (exitCode !== 0) throw failure(host.name, exitCode, stderr);
    } finally {
      config.remove();
    }
  }

  #options(config: string): string[] {
    const { bandwidth } = this.#peer;
    return [
      ...['--recursive', '--copy-links', '--inplace', '--append', '-s'],
      ...['--no-motd', '--timeout=120', '--info=progress2', '--no-human-readable', '--outbuf=N'],
      ...(bandwidth === undefined ? [] : [`--bwlimit=${Math.max(1, Math.round(bandwidth / 1024))}`]),
      ...['--rsh', `ssh -F '${config}'`],
    ];
  }
}

/** Turns rsync's running total (`  1234567  45%  …`, redrawn after carriage returns) into increments. */
export function progressCounter(onBytes: (bytes: number) => void): (text: string) => void {
  let total = 0;
  let partial = '';
  return (text) => {
    const parts = (partial + text).split(/[\r\n]/);
    partial = parts.pop() ?? '';
    for (const part of parts) {
      const bytes = Number(/^\s*(\d+)\s+\d+%/.exec(part)?.[1] ?? total);
      if (bytes > total) onBytes(bytes - total);
      total = Math.max(total, bytes);
    }
  };
}

/** Exit values of rsync(1) that mean the line or the host, not the files. */
const LINE_FAILURES = new Set([5, 10, 12, 30, 35, 255]);

function failure(host: string, exit: number | undefined, stderr: unknown): RrError {
  const text = String(stderr ?? '');
  if (/No space left|Disk quota/i.test(text)) return new RrError('DISK_FULL', { path: host });
  if (/Permission denied/i.test(text) && exit !== 255) return new RrError('NO_PERMISSION', { path: host });
  const said = LINE_FAILURES.has(exit ?? 0) ? undefined : /^rsync: .*$/m.exec(text)?.[0];
  const detail = exit === undefined ? 'rsync was killed' : (said ?? `rsync ended with status ${exit}`);
  if (exit === undefined || LINE_FAILURES.has(exit)) return new RrError('HOST_UNREACHABLE', { host, detail });
  return new RrError('HOST_COMMAND', { host, detail });
}
