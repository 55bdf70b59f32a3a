/** known_hosts as OpenSSH keeps it (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): plain, hashed and revoked entries. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../io/folder.ts';

export type KeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked';

interface Entry {
  readonly marker: string | undefined;
  readonly hosts: string;
  readonly type: string;
  readonly key: Buffer;
}

/** The name under which an address is looked up: `[host]:port` unless the port is 22. */
export const knownHostName = (address: string, port: number): string =>
  port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`;

export function readKnownHosts(file: string): Entry[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').flatMap(parseLine);
}

function parseLine(line: string): Entry[] {
  const words = line.trim().split(/\s+/);
  if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) return [];
  const marker = words[0].startsWith('@') ? words.shift() : undefined;
  const [hosts, type, key] = words;
  if (hosts === undefined || type === undefined || key === undefined) return [];
  return [{ marker, hosts, type, key: Buffer.from(key, 'base64') }];
}

/** What the file says about a key. Certificate authorities are not followed: such a host counts as unknown. */
export function judgeKey(entries: readonly Entry[], name: string, key: Buffer): KeyVerdict {
  const mine = entries.filter((entry) => matchesHost(entry.hosts, name));
  if (mine.some((entry) => entry.marker === '@revoked' && entry.key.equals(key))) return 'revoked';
  const plain = mine.filter((entry) => entry.marker === undefined);
  if (plain.some((entry) => entry.key.equals(key))) return 'known';
  return plain.length > 0 ? 'changed' : 'unknown';
}

/** Key types on record for a host: asked of the server first, so that it shows the key we can check. */
export const knownKeyTypes = (entries: readonly Entry[], name: string): string[] => [
  ...new Set(
    entries.filter((entry) => entry.marker === undefined && matchesHost(entry.hosts, name)).map((entry) => entry.type),
  ),
];

/** `SHA256:…` as ssh-keygen prints it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** Adds a key that a person has accepted. */
export function addKnownHost(file: string, name: string, key: Buffer): void {
  makeFolder(dirname(file), 0o700);
  const start = existsSync(file) && !/(^|\n)$/.test(readFileSync(file, 'utf8')) ? '\n' : '';
  appendFileSync(file, `${start}${name} ${keyType(key)} ${key.toString('base64')}\n`, { mode: 0o600 });
}

/** A public key on the wire starts with its type as a counted string (RFC 4253, 6.6). */
function keyType(key: Buffer): string {
  return key.toString('latin1', 4, 4 + key.readUInt32BE(0));
}

function matchesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = hosts.split('|');
    const made = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
    const wanted = Buffer.from(hash, 'base64');
    return wanted.length === made.length && timingSafeEqual(made, wanted);
  }
  let matched = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!glob(negated ? pattern.slice(1) : pattern).test(name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** Only `*` and `?` are special in known_hosts; brackets belong to the port form. */
const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
