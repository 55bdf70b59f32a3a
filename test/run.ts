/** Starts programs for tests and collects what they say. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const REPO_ROOT = resolve(import.meta.dirname, '..');
export const RR = join(REPO_ROOT, 'bin', 'rr');
export const PROBE = join(REPO_ROOT, 'test', 'commands', 'cli', 'probe', 'main.ts');

export interface Result {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to a clean environment without RR_*, colour and CI variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** The environment of this process without what would change what `rr` does. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) =>
      value !== undefined &&
      !/^(RR_|RINGRIFT_|AI_SERVICE_|SLURM_|JOB_|ORT_|CI$|NO_COLOR|FORCE_COLOR|NODE_OPTIONS|VITEST)/.test(name),
  );
  return { ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])), ...extra };
}

export function start(file: string, args: readonly string[], options: RunOptions = {}): ChildProcess {
  return spawn(file, args, { cwd: options.cwd ?? REPO_ROOT, env: cleanEnvironment(options.env), stdio: 'pipe' });
}

/** Waits for the end of a started program. */
export async function finished(child: ChildProcess): Promise<Result> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [status, signal] = await once(child, 'close');
  return { status, signal, stdout, stderr };
}

export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const child = start(file, args, options);
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input ?? '');
  return finished(child);
}

/** Resolves once the program has written `text` to stdout (or has ended). */
export function said(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer | string) => {
      seen = (seen + chunk).slice(-2 * text.length - 65_536);
      if (seen.includes(text)) resolve();
    });
    child.once('close', () => resolve());
  });
}

/** `rr` under the Node that runs the tests. */
export const rr = (args: readonly string[], options?: RunOptions): Promise<Result> =>
  run(process.execPath, [RR, ...args], options);

/** The probe command (test/commands/probe). */
export const probe = (args: readonly string[], options?: RunOptions): Promise<Result> =>
  run(process.execPath, [PROBE, ...args], options);

/** A shell pipeline, run by bash. `$NODE`, `$RR` and `$PROBE` are set. */
export const bash = (script: string, options: RunOptions = {}): Promise<Result> =>
  run('bash', ['-c', script], { ...options, env: { NODE: process.execPath, RR, PROBE, ...options.env } });

/** Waits until the child has written something to stdout. */
export async function firstOutput(child: ChildProcess): Promise<void> {
  if (child.stdout) await once(child.stdout, 'readable');
}

/** The folders of PATH that do not belong to some node_modules: what a shell outside npm sees. */
export const systemPath = (): string =>
  (process.env.PATH ?? '')
    .split(':')
    .filter((folder) => folder !== '' && !folder.includes('node_modules') && folder !== dirname(process.execPath))
    .join(':');

/** The `node` that PATH finds outside npm, if any. */
export const systemNode = (): string | undefined =>
  systemPath()
    .split(':')
    .map((folder) => join(folder, 'node'))
    .find((file) => existsSync(file));

/** What a command said on stderr beside its progress, which anything that takes longer than two seconds shows. */
export const complaints = (stderr: string): string[] => stderr.split('\n').filter((line) => line.startsWith('rr '));
