/** hosts.yaml: read, checked with line numbers, and resolved into one plain value per host. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, matchesGlob, resolve } from 'node:path';
import { RrError } from '../../core/errors.ts';
import { nearestHint } from '../../core/nearest.ts';
import { missingFile, requireFile } from '../../io/missing-file.ts';
import { PACKAGE_ROOT } from '../../io/package-root.ts';
import type { Pointer } from '../../state/store/audit.ts';
import { type HostStatus, type HostsFile, HostsFileSchema, hostsFileKeys } from './schema.ts';
import { type CheckedYaml, invalid, parseChecked } from './yaml.ts';

export interface Host {
  readonly name: string;
  /** Tried in this order. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly user: string;
  /** Private key file, absolute. */
  readonly key: string | undefined;
  /** Offer the keys of the agent at SSH_AUTH_SOCK. */
  readonly agent: boolean;
  readonly jump: Host | undefined;
  /** known_hosts file, absolute. */
  readonly knownHosts: string;
  readonly provider: string | undefined;
  /** `draining`: about to go away, fetched from first, never sent to. `retired`: left out. */
  readonly status: HostStatus;
  readonly roles: readonly string[];
  /** Pointers whose moves are taken over from it. */
  readonly trust: readonly Pointer[];
  readonly gpu: string | undefined;
  /** Bytes. */
  readonly memory: number | undefined;
  /** Bytes a second; undefined for no limit. */
  readonly bandwidth: number | undefined;
  /** Folder on the host that holds data/, models/ and state/. */
  readonly data: string;
  /** Bytes that stay free on the host's disk. */
  readonly minFree: number;
  /** How `rr` is started there. */
  readonly rr: readonly string[];
}

export interface Hosts {
  /** As messages call it. */
  readonly file: string;
  readonly all: readonly Host[];
}

/** Bytes kept free where a host says nothing. */
const MIN_FREE = 1e9;

/** The file that a command uses: --hosts, else RR_HOSTS, else hosts.yaml here. */
export const hostsPath = (flag: string | undefined, env: NodeJS.ProcessEnv = process.env): string =>
  resolve(flag ?? env.RR_HOSTS ?? 'hosts.yaml');

/** @throws RrError FILE_NOT_FOUND, CONFIG_INVALID, CONFIG_UNKNOWN_KEY (both with the line) */
export function loadHosts(path: string): Hosts {
  if (!existsSync(path)) {
    const missing = missingFile(path);
    if (missing.code === 'NO_PERMISSION') throw missing;
    throw new RrError('FILE_NOT_FOUND', {
      path,
      hint: `; copy ${join(PACKAGE_ROOT, 'config', 'hosts.example.yaml')} there, or name another file with --hosts`,
    });
  }
  requireFile(path);
  return parseHosts(readFileSync(path, 'utf8'), path);
}

/** `path` gives relative key files their folder and messages their name. */
export function parseHosts(text: string, path: string): Hosts {
  const file = basename(path);
  const yaml = parseChecked(text, file, HostsFileSchema, hostsFileKeys);
  refuseTwins(yaml);
  const made = new Map<string, Host>();
  const names = Object.keys(yaml.value.hosts);
  const host = (name: string, from: readonly string[]): Host => {
    const known = made.get(name);
    if (known) return known;
    const at = yaml.where(['hosts', from.at(-1) ?? name, 'jump']);
    if (!names.includes(name)) throw invalid(at, `jump: no host '${name}' in this file${nearestHint(name, names)}`);
    if (from.includes(name)) throw invalid(at, `jump: ${[...from, name].join(' → ')} goes round in a circle`);
    const result = resolveHost(yaml, name, dirname(path), (jump) => host(jump, [...from, name]));
    made.set(name, result);
    return result;
  };
  return { file, all: names.map((name) => host(name, [])) };
}

function resolveHost(
  yaml: CheckedYaml<HostsFile>,
  name: string,
  folder: string,
  jumpHost: (name: string) => Host,
): Host {
  const { defaults = {}, bandwidth: limits = {}, hosts, 'known-hosts': knownHosts = '~/.ssh/known_hosts' } = yaml.value;
  const said = { ...defaults, ...hosts[name] };
  const at = yaml.where(['hosts', name]);
  const user = said.user;
  if (user === undefined) throw invalid(at, `hosts.${name}: user is missing (here or in defaults)`);
  if (said.data === undefined) throw invalid(at, `hosts.${name}: data is missing (here or in defaults)`);
  const addresses = hosts[name]?.addresses ?? [];
  const byGlob = Object.entries(limits).find(([glob]) => matchesGlob(name, glob))?.[1];
  return {
    name,
    addresses,
    port: said.port ?? 22,
    user,
    key: said.key === undefined ? undefined : expand(said.key, folder),
    agent: said.agent ?? said.key === undefined,
    // a default jump host does not jump over itself
    jump: said.jump === undefined || (said.jump === name && !hosts[name]?.jump) ? undefined : jumpHost(said.jump),
    knownHosts: expand(knownHosts, folder),
    provider: said.provider,
    status: said.status ?? 'active',
    roles: said.roles ?? [],
    trust: said.trust ?? ['candidate'],
    gpu: said.gpu,
    memory: said.memory,
    bandwidth: hosts[name]?.bandwidth ?? byGlob ?? defaults.bandwidth,
    data: said.data,
    minFree: said['min-free'] ?? MIN_FREE,
    rr: said.rr ?? ['rr'],
  };
}

/** Two names for one place would be synced against each other. */
function refuseTwins(yaml: CheckedYaml<HostsFile>): void {
  const { hosts, defaults = {} } = yaml.value;
  const seen = new Map<string, string>();
  for (const [name, host] of Object.entries(hosts)) {
    const { port = 22, data = '', jump = '' } = { ...defaults, ...host };
    for (const address of host.addresses) {
      const place = JSON.stringify([address.toLowerCase(), port, data, jump]);
      const other = seen.get(place);
      if (other !== undefined) {
        throw invalid(yaml.where(['hosts', name]), `hosts.${name} is the same place as hosts.${other} (${address})`);
      }
      seen.set(place, name);
    }
  }
}

/** `~/x` is below the home folder, anything else relative to the file. */
const expand = (path: string, folder: string): string =>
  path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(folder, path);

/**
 * The hosts that names and globs mean, in the order of the file; all that are not retired when none are given.
 * @throws RrError HOST_UNKNOWN
 */
export function selectHosts({ all, file }: Hosts, names: readonly string[] = []): Host[] {
  if (names.length === 0) return all.filter((host) => host.status !== 'retired');
  for (const name of names) {
    if (all.some((host) => matchesGlob(host.name, name))) continue;
    const hint = nearestHint(
      name,
      all.map((host) => host.name),
    );
    throw new RrError('HOST_UNKNOWN', { host: name, file, hint });
  }
  return all.filter((host) => names.some((name) => matchesGlob(host.name, name)));
}
