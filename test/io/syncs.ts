/** Records what a test syncs and renames below a folder, in order. */
import fs, { readlinkSync } from 'node:fs';
import promises, { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { relative } from 'node:path';
import { vi } from 'vitest';

export interface Syncs extends Disposable {
  /** `sync NAME` and `rename FROM TO`, with paths from the folder and temporary names as `.NAME.tmp`. */
  readonly calls: readonly string[];
}

/** Until it is disposed of. Names of open files come from /proc, which only Linux has. */
export async function recordSyncs(folder: string): Promise<Syncs> {
  const calls: string[] = [];
  const nameOf = (path: string): string =>
    (relative(folder, path) || '.').replace(/\.[0-9a-f]{8}-\d+-[0-9a-f]{8}\.rr\.tmp$/, '.tmp');
  const synced = (fd: number): void => {
    calls.push(`sync ${nameOf(readlinkSync(`/proc/self/fd/${fd}`))}`);
  };
  const renamed = (from: fs.PathLike, to: fs.PathLike): void => {
    calls.push(`rename ${nameOf(String(from))} ${nameOf(String(to))}`);
  };

  const probe = await open(folder, 'r');
  const handles: Pick<typeof probe, 'fd' | 'sync'> = Object.getPrototypeOf(probe);
  await probe.close();
  const { sync } = handles;
  const { fsyncSync, renameSync } = fs;
  const { rename } = promises;
  const spies = [
    vi.spyOn(handles, 'sync').mockImplementation(function (this: typeof probe) {
      synced(this.fd);
      return sync.call(this);
    }),
    vi.spyOn(fs, 'fsyncSync').mockImplementation((fd) => {
      synced(fd);
      fsyncSync(fd);
    }),
    vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      renamed(from, to);
      renameSync(from, to);
    }),
    vi.spyOn(promises, 'rename').mockImplementation((from, to) => {
      renamed(from, to);
      return rename(from, to);
    }),
  ];
  syncBuiltinESMExports();
  return {
    calls,
    [Symbol.dispose]: () => {
      for (const spy of spies) spy.mockRestore();
      syncBuiltinESMExports();
    },
  };
}
