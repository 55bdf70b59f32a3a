/** Which machine, boot and process this is, so that a later look can tell whether whoever wrote a row still lives. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostName } from '../../io/host-name.ts';

export interface Identity {
  readonly host: string;
  /** Changes with every boot; with it the process numbers of one container are told from those of another. */
  readonly bootId: string;
  readonly pid: number;
  /** When the process started, in the system's own count, so that a number used again is told from it. */
  readonly start?: string | undefined;
}

let bootId: string | undefined;

export function thisProcess(): Identity {
  bootId ??= readBootId();
  return { host: hostName(), bootId, pid: process.pid };
}

/** Linux only. Ticks between boot and the start of the process (proc(5), field 22 of stat). */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // the second field, the name of the program, may hold blanks and parentheses
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Linux only; elsewhere nothing is known about other processes and only time tells (leases expire). */
function readBootId(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return 'unknown';
  }
}

/**
 * 'gone' when the process certainly no longer runs, 'alive' when a process of that number runs on this machine,
 * 'unknown' for another machine or container.
 */
export function fateOf(other: Identity, me: Identity = thisProcess()): 'alive' | 'gone' | 'unknown' {
  if (other.host !== me.host || other.bootId === 'unknown' || me.bootId === 'unknown') return 'unknown';
  const [boot, namespace] = other.bootId.split('/');
  const [myBoot, myNamespace] = me.bootId.split('/');
  if (boot !== myBoot) return 'gone';
  if (namespace !== myNamespace) return 'unknown';
  try {
    process.kill(other.pid, 0);
    return other.start === undefined || startOf(other.pid) === other.start ? 'alive' : 'gone';
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? 'alive' : 'gone';
  }
}
