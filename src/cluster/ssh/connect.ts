/** One ssh connection: addresses in order, strict host keys, jump hosts, key or agent, and errors that say what to do. */
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import ssh2, { type Algorithms, type Client, type ServerHostKeyAlgorithm } from 'ssh2';
import { RrError } from '../../core/errors.ts';
import type { Host } from '../hosts/file.ts';
import { fingerprint, judgeKey, knownHostName, knownKeyTypes, readKnownHosts } from './known-hosts.ts';

export interface ConnectOptions {
  /** Per address. Milliseconds. */
  readonly timeoutMs?: number;
  /**
   * Called for a host key that is not on record. Returning true accepts it (the caller then writes it down); without
   * it, or on false, the connection is refused.
   */
  readonly onUnknownKey?: (key: { name: string; fingerprint: string; blob: Buffer }) => boolean;
}

const TIMEOUT_MS = 10_000;
/** A silent connection is given up after three of these. Milliseconds. */
const KEEPALIVE_MS = 15_000;

/** AES-GCM first: with AES instructions in the CPU it costs the least. */
const CIPHERS: Algorithms['cipher'] = {
  prepend: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'],
  append: [],
  remove: [],
};

const HOST_KEY_ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** An open connection and the address that answered. */
export interface OpenConnection {
  readonly client: Client;
  readonly address: string;
  /** Closes it and the jump connections below. */
  close(): void;
}

/**
 * Connects to the first address that answers. A wrong host key or a refused login ends the search: the next address
 * is the same host.
 * @throws RrError HOST_UNREACHABLE, HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, HOST_AUTH, FILE_NOT_FOUND (key)
 */
export async function connect(host: Host, options: ConnectOptions = {}): Promise<OpenConnection> {
  const via = host.jump && (await connect(host.jump, options));
  try {
    let last: unknown;
    for (const address of host.addresses) {
      try {
        const sock = via && (await forward(via.client, host, address));
        const client = await connectTo(host, address, sock, options);
        const close = (): void => {
          client.end();
          via?.close();
        };
        return { client, address, close };
      } catch (error) {
        last = error;
        if (!(error instanceof RrError) || error.code !== 'HOST_UNREACHABLE') throw error;
      }
    }
    throw last;
  } catch (error) {
    via?.close();
    throw error;
  }
}

function connectTo(host: Host, address: string, sock: Duplex | undefined, options: ConnectOptions): Promise<Client> {
  const { timeoutMs = TIMEOUT_MS, onUnknownKey } = options;
  const entries = readKnownHosts(host.knownHosts);
  const name = knownHostName(address, host.port);
  const prepend = knownKeyTypes(entries, name).flatMap((type) => HOST_KEY_ALGORITHMS[type] ?? []);
  let refused: RrError | undefined;
  const hostVerifier = (blob: Buffer): boolean => {
    const verdict = judgeKey(entries, name, blob);
    const print = fingerprint(blob);
    if (verdict === 'known') return true;
    if (verdict === 'unknown' && onUnknownKey?.({ name, fingerprint: print, blob })) return true;
    const code = verdict === 'unknown' ? 'HOST_KEY_UNKNOWN' : 'HOST_KEY_CHANGED';
    refused = new RrError(code, { host: host.name, file: host.knownHosts, fingerprint: print });
    return false;
  };
  const credentials = credentialsOf(host);
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    let ready = false;
    const fail = (error: unknown): void => {
      if (ready) return;
      client.destroy();
      reject(refused ?? connectError(host, error));
    };
    client.once('ready', () => {
      ready = true;
      // questions to an agent are short, and each would wait for the acknowledgement of the one before
      client.setNoDelay(true);
      resolve(client);
    });
    // stays: later errors surface at whatever uses the connection, and unheard they would end the process
    client.on('error', fail);
    client.once('close', () => fail(new Error('closed')));
    client.connect({
      ...(sock ? { sock } : { host: address, port: host.port }),
      username: host.user,
      ...credentials,
      hostVerifier,
      readyTimeout: timeoutMs,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: 3,
      algorithms: { cipher: CIPHERS, serverHostKey: { prepend, append: [], remove: [] } },
    });
  });
}

function credentialsOf(host: Host): { privateKey?: Buffer; agent?: string } {
  const agent = host.agent ? process.env.SSH_AUTH_SOCK : undefined;
  if (host.key === undefined) return agent === undefined ? {} : { agent };
  let privateKey: Buffer;
  try {
    privateKey = readFileSync(host.key);
  } catch (cause) {
    throw new RrError('FILE_NOT_FOUND', { path: `${host.name}: key ${host.key}` }, { cause });
  }
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) {
    // a key under a passphrase is the agent's business
    if (agent !== undefined) return { agent };
    const detail = `key ${host.key} cannot be used (${parsed.message}); load it into an agent and set agent: true`;
    throw new RrError('CONFIG_INVALID', { where: host.name, detail });
  }
  return { privateKey, ...(agent === undefined ? {} : { agent }) };
}

function forward(client: Client, host: Host, address: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, address, host.port, (error, stream) => {
      if (error) reject(new RrError('HOST_UNREACHABLE', { host: host.name, detail: 'refused by the jump host' }));
      else resolve(stream);
    });
  });
}

/** Messages carry no address: the file knows it, and records must not. */
function connectError(host: Host, error: unknown): RrError {
  const level = error instanceof Error && 'level' in error ? error.level : undefined;
  if (level === 'client-authentication') {
    return new RrError('HOST_AUTH', { host: host.name, user: host.user }, { cause: error });
  }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const detail = code ?? (level === 'client-timeout' ? 'no answer in time' : 'the connection broke off');
  return new RrError('HOST_UNREACHABLE', { host: host.name, detail }, { cause: error });
}
