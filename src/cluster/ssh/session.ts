/**
 * Work on one host over one reused connection: run a command, start one and talk to it, open SFTP. A session connects
 * on first use, with retries and the host's breaker in front.
 */
import type { ClientChannel, SFTPWrapper } from 'ssh2';
import { RrError } from '../../core/errors.ts';
import { quoteArgv } from '../../io/shell.ts';
import { after } from '../../io/timer.ts';
import type { Breakers } from '../../state/store/breaker.ts';
import type { Host } from '../hosts/file.ts';
import { type ConnectOptions, connect, type OpenConnection } from './connect.ts';
import { type RetryOptions, retrying } from './retry.ts';

export interface SessionOptions extends ConnectOptions {
  /** Where breakers are kept; without it there are none. */
  readonly breakers?: Breakers | undefined;
  readonly retry?: RetryOptions;
}

export interface CommandResult {
  /** Exit status; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly timeoutMs?: number;
  /** Output beyond this ends the command: a host cannot fill our memory. Bytes, both streams together. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

const COMMAND_TIMEOUT_MS = 60_000;
const MAX_OUTPUT = 16 * 2 ** 20;

export class Session {
  readonly host: Host;
  readonly #options: SessionOptions;
  #open: Promise<OpenConnection> | undefined;

  constructor(host: Host, options: SessionOptions = {}) {
    this.host = host;
    this.#options = options;
  }

  /** @throws RrError HOST_RESTING and all of connect()'s */
  connected(): Promise<OpenConnection> {
    this.#open ??= this.#connect();
    return this.#open;
  }

  async #connect(): Promise<OpenConnection> {
    const { breakers, retry } = this.#options;
    const { name } = this.host;
    await breakers?.admit(name);
    try {
      const open = await retrying(() => connect(this.host, this.#options), retry);
      open.client.once('close', () => {
        this.#open = undefined;
      });
      await breakers?.succeeded(name);
      return open;
    } catch (error) {
      this.#open = undefined;
      if (breakers && error instanceof RrError && (error.code === 'HOST_UNREACHABLE' || error.code === 'HOST_AUTH')) {
        await breakers.failed(name, String(error.params.detail ?? 'the login was refused'));
      }
      throw error;
    }
  }

  /** Starts `argv` on the host; the channel is its stdin, stdout and (`.stderr`) stderr. */
  async start(argv: readonly string[]): Promise<ClientChannel> {
    const { client } = await this.connected();
    return new Promise((resolve, reject) => {
      client.exec(quoteArgv(argv), (error, channel) => {
        if (error) reject(this.#failed('commands are refused'));
        else resolve(channel);
      });
    });
  }

  /** Runs `argv` to its end. @throws RrError HOST_COMMAND when it takes too long or says too much, HOST_UNREACHABLE */
  async run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const { timeoutMs = COMMAND_TIMEOUT_MS, maxBytes = MAX_OUTPUT, signal } = options;
    const channel = await this.start(argv);
    return new Promise((resolve, reject) => {
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      let bytes = 0;
      let end: { code: number | undefined; signal: string | undefined } | undefined;
      const stop = (error: unknown): void => {
        finish();
        channel.close();
        reject(error);
      };
      const cancel = after(timeoutMs, () => stop(this.#failed(`no end after ${timeoutMs / 1000} s`)));
      const aborted = (): void => stop(signal?.reason);
      signal?.addEventListener('abort', aborted, { once: true });
      const finish = (): void => {
        cancel();
        signal?.removeEventListener('abort', aborted);
      };
      const take = (into: Buffer[]) => (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) stop(this.#failed(`more than ${maxBytes} bytes of output`));
        else into.push(chunk);
      };
      channel.on('data', take(out));
      channel.stderr.on('data', take(err));
      channel.on('exit', (code: number | null, name?: string) => {
        end = { code: code ?? undefined, signal: name };
      });
      channel.on('close', () => {
        finish();
        const [stdout, stderr] = [out, err].map((parts) => Buffer.concat(parts).toString('utf8'));
        if (end) resolve({ ...end, stdout: stdout ?? '', stderr: stderr ?? '' });
        else reject(new RrError('HOST_UNREACHABLE', { host: this.host.name, detail: 'the connection broke off' }));
      });
      channel.end();
    });
  }

  async sftp(): Promise<SFTPWrapper> {
    const { client } = await this.connected();
    return new Promise((resolve, reject) => {
      client.sftp((error, sftp) => {
        if (error) reject(this.#failed('SFTP is refused'));
        else resolve(sftp);
      });
    });
  }

  async close(): Promise<void> {
    const open = await this.#open?.catch(() => undefined);
    this.#open = undefined;
    open?.close();
  }

  #failed(detail: string): RrError {
    return new RrError('HOST_COMMAND', { host: this.host.name, detail });
  }
}
