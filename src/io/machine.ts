/** Limits of the machine: space on a disk, memory. Guards ask here before long work begins. */
import { existsSync, statfsSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { RrError } from '../core/errors.ts';

/** Bytes. */
export interface Space {
  readonly total: number;
  readonly free: number;
}

/** Space on the disk that holds `folder`, as far as this user may take it. */
export function diskSpace(folder: string): Space {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { total: blocks * bsize, free: bavail * bsize };
}

/** Memory of the machine, or what a container allows. */
export function memory(): Space {
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { total, free: Math.min(freemem(), total) };
}

export interface DiskNeed {
  /** A folder on the disk. */
  readonly folder: string;
  /** Bytes that will be written, and bytes that must stay free after that. */
  readonly need: number;
  readonly reserve: number;
  /** For the message: the machine and the folder that the user knows. */
  readonly host: string;
  readonly path: string;
}

/** @throws RrError DISK_GUARD */
export function requireDiskSpace({ folder, need, reserve, host, path }: DiskNeed): void {
  const { free } = diskSpace(folder);
  if (need === 0 || free - need >= reserve) return;
  const amounts = { free: megabytes(free), need: megabytes(need), reserve: megabytes(reserve) };
  throw new RrError('DISK_GUARD', { host, path, ...amounts });
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/** By what its driver leaves in the file system (Linux). */
export const hasNvidiaCard = (): boolean => existsSync('/proc/driver/nvidia/version') || existsSync('/dev/nvidia0');
