/** Flags that the sync and cluster commands share, and what they mean. */
import { Flags, type Interfaces } from '@oclif/core';
import { type Host, type Hosts, hostsPath, loadHosts, selectHosts } from '../../cluster/hosts/file.ts';
import { HOST_ROLES, parseBytes } from '../../cluster/hosts/schema.ts';
import { RrError } from '../../core/errors.ts';
import { nearestHint } from '../../core/nearest.ts';
import { CONFIG_KEYS } from '../../engine/config-key.ts';
import { KINDS, type Kind } from '../../sync/peer/items.ts';
import { TRANSFERS } from '../../sync/transfer/mover.ts';
import { dataFlag } from '../cli/flags.ts';

export const hostFlags = {
  hosts: Flags.string({ description: 'hosts file (RR_HOSTS; default: hosts.yaml here)', helpValue: 'FILE' }),
  host: Flags.string({ multiple: true, description: 'hosts by name or glob (default: all in use)', helpValue: 'NAME' }),
  role: Flags.option({ options: HOST_ROLES })({ description: 'hosts of this role only' }),
  breaker: Flags.boolean({
    default: true,
    allowNo: true,
    description: 'back off from hosts that failed lately',
  }),
  'max-parallel': Flags.integer({ default: 4, min: 1, description: 'hosts at a time', helpValue: 'N' }),
};

type HostFlagValues = Pick<Interfaces.InferredFlags<typeof hostFlags>, 'hosts' | 'host' | 'role'>;

/** @throws RrError FILE_NOT_FOUND, CONFIG_INVALID, CONFIG_UNKNOWN_KEY, HOST_UNKNOWN, USAGE */
export function hostsFromFlags({ hosts, host, role }: HostFlagValues): {
  readonly file: Hosts;
  readonly hosts: Host[];
} {
  const file = loadHosts(hostsPath(hosts));
  const chosen = selectHosts(file, words(host)).filter((one) => role === undefined || one.roles.includes(role));
  if (chosen.length > 0) return { file, hosts: chosen };
  throw new RrError('USAGE', { detail: `no host in ${file.file}${role === undefined ? '' : ` has the role ${role}`}` });
}

export const syncFlags = {
  ...dataFlag,
  ...hostFlags,
  folder: Flags.string({
    multiple: true,
    description: 'sync with a folder of this machine (a disk, a mount) instead of hosts',
    helpValue: 'DIR',
  }),
  kind: Flags.string({
    multiple: true,
    description: `what to sync: ${KINDS.join(', ')} (default: all)`,
    helpValue: 'KIND',
  }),
  config: Flags.string({ description: 'only what belongs to this board and player count', helpValue: 'KEY' }),
  since: Flags.option({ options: ['last'] as const })({
    description: 'last: compare only games stored since the last sync with that machine',
  }),
  'dry-run': Flags.boolean({ description: 'say what would travel, with sizes, and change nothing' }),
  urgent: Flags.boolean({ description: 'no bandwidth limits, and try hosts that are backed off' }),
  transfer: Flags.option({ options: TRANSFERS })({
    default: 'auto',
    description: 'how files travel; auto takes rsync when both ends have it and it pays',
  }),
  'min-free': Flags.string({ default: '1GB', description: 'space that stays free on this machine', helpValue: 'SIZE' }),
};
export type SyncFlagValues = Interfaces.InferredFlags<typeof syncFlags>;

/** For what only sends. */
export const replicasFlag = {
  replicas: Flags.integer({
    min: 1,
    max: 100,
    description: 'send only what has fewer copies than this, this machine counted',
    helpValue: 'N',
  }),
};

/** @throws RrError USAGE naming the nearest kind */
export function kindsFrom(flag: readonly string[] | undefined): Kind[] {
  const names = words(flag);
  return names.length === 0 ? [...KINDS] : names.map(kindFrom);
}

function kindFrom(name: string): Kind {
  const kind = KINDS.find((known) => known === name);
  if (kind) return kind;
  throw new RrError('USAGE', {
    detail: `--kind: no kind '${name}'${nearestHint(name, KINDS)}; kinds: ${KINDS.join(', ')}`,
  });
}

/** @throws RrError USAGE */
export function configFrom(name: string | undefined): string | undefined {
  if (name === undefined || CONFIG_KEYS.some((key) => key === name)) return name;
  throw new RrError('USAGE', { detail: `--config: no config '${name}'${nearestHint(name, CONFIG_KEYS)}` });
}

/** @throws RrError USAGE */
export function bytesFrom(flag: string, text: string): number {
  const bytes = parseBytes(text);
  if (bytes !== undefined) return bytes;
  throw new RrError('USAGE', { detail: `--${flag}: '${text}' is no amount; write 20MB` });
}

/** `--host a,b --host c` → three names. */
const words = (values: readonly string[] = []): string[] =>
  values.flatMap((value) => value.split(',')).filter((word) => word !== '');
