/** Drives a headless Chromium over the DevTools protocol on its pipe: no port, no driver, no dependency. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export const CHROMIUM = PLACES.find((file) => existsSync(file));

/** Says why the tests that need a browser are skipped. */
export function noteMissingBrowser(): void {
  if (!CHROMIUM) console.log('skipped: no Chromium on this machine (Debian: apt-get install chromium)');
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-pipe',
];

type Message = Readonly<Record<string, unknown>>;

export class Browser {
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #sent = 0;
  #session: string | undefined;

  private constructor(child: ChildProcess, profile: string) {
    this.#child = child;
    this.#profile = profile;
    let rest = '';
    const input = child.stdio[4] as Readable;
    input.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\0');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const message = JSON.parse(part) as Message;
        this.#waiting.get(Number(message.id))?.(message);
        this.#waiting.delete(Number(message.id));
      }
    });
  }

  /** Opens a file in a page of its own. */
  static async open(file: string): Promise<Browser> {
    if (!CHROMIUM) throw new Error('no Chromium');
    const profile = mkdtempSync(join(tmpdir(), 'rr-browser-'));
    const child = spawn(CHROMIUM, [...FLAGS, `--user-data-dir=${profile}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    const browser = new Browser(child, profile);
    const { targetId } = await browser.#call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.#call('Target.attachToTarget', { targetId, flatten: true });
    browser.#session = String(sessionId);
    await browser.#call('Page.navigate', { url: pathToFileURL(file).href });
    while ((await browser.evaluate('document.readyState')) !== 'complete') await new Promise((r) => setTimeout(r, 20));
    return browser;
  }

  /** Value of a JavaScript expression in the page. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#call('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return (result as Message).value;
  }

  /** Presses and releases a key, by its name in KeyboardEvent.key. */
  async press(key: string): Promise<void> {
    await this.#call('Input.dispatchKeyEvent', { type: 'keyDown', key });
    await this.#call('Input.dispatchKeyEvent', { type: 'keyUp', key });
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #call(method: string, params: object): Promise<Message> {
    const id = ++this.#sent;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${JSON.stringify(error)}`)) : resolve(result as Message),
      );
      const message = { id, method, params, ...(this.#session && { sessionId: this.#session }) };
      (this.#child.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    });
  }
}
