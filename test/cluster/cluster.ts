/** Real sshd processes on loopback ports, each with its own host key: for tests and for the scripts beside them. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, Socket } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hosts, parseHosts } from '../../src/cluster/hosts/file.ts';
import { RR } from '../run.ts';

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((file) => existsSync(file));
/** Separating privileges wants /run/sshd, which only root can make. */
export const hasSshd = SSHD !== undefined && process.getuid?.() === 0;
export interface TestHost {
  readonly name: string;
  readonly port: number;
  /** Data folder. */
  readonly data: string;
  stop(): void;
}

export interface Cluster {
  readonly folder: string;
  readonly hostsFile: string;
  readonly knownHosts: string;
  readonly hosts: readonly TestHost[];
  load(): Hosts;
}

const children: ChildProcess[] = [];
export function stopClusters(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL');
}

const keygen = (file: string): void => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
};

export async function freePort(): Promise<number> {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/**
 * One sshd for each name. `folder` must be empty; it goes with the test's temporary folder. `program` is the words that
 * start rr there.
 */
export async function startCluster(
  folder: string,
  names: readonly string[],
  program: readonly string[] = [process.execPath, RR],
): Promise<Cluster> {
  mkdirSync('/run/sshd', { recursive: true });
  const key = join(folder, 'id');
  const knownHosts = join(folder, 'known_hosts');
  keygen(key);
  const hosts: TestHost[] = [];
  const known: string[] = [];
  for (const name of names) {
    const host = await startSshd(folder, name, `${key}.pub`);
    known.push(`[127.0.0.1]:${host.port} ${readFileSync(join(folder, `${name}.key.pub`), 'utf8').trim()}`);
    hosts.push(host);
  }
  writeFileSync(knownHosts, `${known.join('\n')}\n`);
  const hostsFile = join(folder, 'hosts.yaml');
  const yaml = {
    'known-hosts': knownHosts,
    defaults: { user: userInfo().username, key, 'min-free': '1MB', rr: program },
    hosts: Object.fromEntries(hosts.map(({ name, port, data }) => [name, { addresses: '127.0.0.1', port, data }])),
  };
  // JSON is YAML
  writeFileSync(hostsFile, JSON.stringify(yaml, undefined, 2));
  return { folder, hostsFile, knownHosts, hosts, load: () => parseHosts(readFileSync(hostsFile, 'utf8'), hostsFile) };
}

export async function startSshd(folder: string, name: string, authorized: string): Promise<TestHost> {
  const port = await freePort();
  const hostKey = join(folder, `${name}.key`);
  const data = join(folder, name, 'data root');
  mkdirSync(data, { recursive: true });
  keygen(hostKey);
  const config = join(folder, `${name}.conf`);
  const lines = {
    Port: port,
    ListenAddress: '127.0.0.1',
    HostKey: hostKey,
    AuthorizedKeysFile: authorized,
    StrictModes: 'no',
    UsePAM: 'no',
    PasswordAuthentication: 'no',
    PidFile: 'none',
    PermitRootLogin: 'yes',
    MaxStartups: 100,
    Subsystem: 'sftp internal-sftp',
  };
  writeFileSync(
    config,
    Object.entries(lines)
      .map(([key, value]) => `${key} ${value}\n`)
      .join(''),
  );
  const child = spawn(SSHD ?? 'sshd', ['-D', '-e', '-f', config], { stdio: 'ignore' });
  children.push(child);
  await answers(port);
  return { name, port, data, stop: () => child.kill('SIGKILL') };
}

async function answers(port: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const ok = await new Promise<boolean>((resolve) => {
      const socket = new Socket();
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.connect(port, '127.0.0.1');
      socket.once('close', () => socket.destroy());
      setTimeout(() => socket.destroy(), 500);
    });
    if (ok) return;
    await sleep(50);
  }
  throw new Error(`sshd does not answer on port ${port}`);
}
