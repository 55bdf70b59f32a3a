/** Runs `rr` under inject.c: counts its calls on a folder, or makes the n-th of them fail or deadly. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, finished, RR } from '../run.ts';

export type Injection = 'kill' | 'torn' | 'EIO' | 'ENOSPC' | 'short';

export interface Injected {
  /** Folder whose files count. */
  readonly root: string;
  /** The call that is hit, from 1 on; none when left out. */
  readonly at?: number;
  readonly kind?: Injection;
  /** File for the calls and what they wrote (replay.ts). */
  readonly log?: string;
}

export interface Ended {
  /** Undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Calls that were counted, of all its processes. */
  readonly calls: number;
  /** It did not end by itself. */
  readonly hung: boolean;
}

/** Longer than any command here takes on a busy machine. Milliseconds. */
const HANGING_MS = 300_000;

/** What inject.c is compiled to; undefined where there is no compiler or the system has no LD_PRELOAD. */
export function injectLibrary(folder: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const library = join(folder, 'inject.so');
  const args = ['-O1', '-shared', '-fPIC', '-o', library, join(import.meta.dirname, 'inject.c'), '-ldl', '-lpthread'];
  return spawnSync('cc', args, { stdio: 'ignore' }).status === 0 ? library : undefined;
}

/** Variables that have a program counted; `counter` is a file of eight zero bytes. */
export function injectVariables(library: string, counter: string, what: Injected): Record<string, string> {
  return {
    LD_PRELOAD: library,
    INJECT_ROOT: what.root,
    INJECT_COUNTER: counter,
    INJECT_AT: String(what.at ?? 0),
    INJECT_KIND: what.kind ?? 'kill',
    ...(what.log === undefined ? {} : { INJECT_LOG: what.log }),
  };
}

/** `rr ARGS` in the folder. Compiled code is shared by all runs, and is no file of the folder. `told`: file for stdout. */
export async function runInjected(
  library: string,
  args: readonly string[],
  what: Injected,
  { env = {}, told = '' }: { env?: Record<string, string>; told?: string } = {},
): Promise<Ended> {
  const own = mkdtempSync(join(tmpdir(), 'rr-inject-'));
  const counter = join(own, 'counter');
  writeFileSync(counter, Buffer.alloc(8));
  const variables = { NODE_COMPILE_CACHE: join(tmpdir(), 'rr-inject-cache'), ...env };
  const stdout = told === '' ? 'pipe' : openSync(told, 'w');
  const child = spawn(process.execPath, [RR, ...args], {
    cwd: what.root,
    env: cleanEnvironment({ ...variables, ...injectVariables(library, counter, what) }),
    stdio: ['ignore', stdout, 'pipe'],
  });
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, HANGING_MS);
  const ended = await finished(child);
  clearTimeout(timer);
  if (typeof stdout === 'number') closeSync(stdout);
  const calls = Number(readFileSync(counter).readBigInt64LE());
  rmSync(own, { recursive: true });
  return { status: ended.status ?? undefined, stdout: ended.stdout, stderr: ended.stderr, calls, hung };
}
