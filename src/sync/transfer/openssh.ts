/**
 * The settings of one host for the ssh program, which rsync needs: a private file that lives as long as the transfer.
 * The command line then names only that file and the word `peer`, no address, user or key.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../cluster/hosts/file.ts';
import { RrError } from '../../core/errors.ts';
import { temporaryFolder } from '../../io/temporary.ts';

export interface OpensshConfig {
  readonly path: string;
  remove(): void;
}

/** `address` is the one of the host's that answered. */
export function writeOpensshConfig(host: Host, address: string): OpensshConfig {
  const folder = temporaryFolder('ssh');
  const path = join(folder, 'config');
  writeFileSync(path, opensshConfig(host, address, 'peer').join('\n'), { mode: 0o600 });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** ssh_config(5) lines for a host and the hosts it is reached through. */
export function opensshConfig(host: Host, address: string, alias: string): string[] {
  const jump = host.jump;
  const lines = [
    `Host ${alias}`,
    `  HostName ${value(address)}`,
    `  Port ${host.port}`,
    `  User ${value(host.user)}`,
    `  UserKnownHostsFile ${value(host.knownHosts)}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '  UpdateHostKeys no',
    '  BatchMode yes',
    '  ConnectTimeout 10',
    '  ServerAliveInterval 15',
    '  ServerAliveCountMax 3',
    '  Compression no',
    '  ControlPath none',
    '  ForwardAgent no',
    '  ForwardX11 no',
    '  PermitLocalCommand no',
    '  LogLevel ERROR',
    '  Ciphers ^aes128-gcm@openssh.com',
    ...(host.key === undefined ? [] : [`  IdentityFile ${value(host.key)}`]),
    ...(host.agent ? [] : ['  IdentityAgent none']),
    ...(host.key !== undefined && !host.agent ? ['  IdentitiesOnly yes'] : []),
    ...(jump ? [`  ProxyJump ${alias}-jump`] : ['  ProxyJump none']),
  ];
  return jump ? [...lines, ...opensshConfig(jump, jump.addresses[0] ?? '', `${alias}-jump`)] : lines;
}

/** Quoted, with percent signs doubled (they begin a token). */
function value(text: string): string {
  if (/["\\\p{Cc}]/u.test(text))
    throw new RrError('USAGE', { detail: `'${text}' cannot stand in an ssh configuration` });
  return `"${text.replaceAll('%', '%%')}"`;
}
