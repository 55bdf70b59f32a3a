/** A Slurm controller, spoken to through its own programs (sbatch(1), squeue(1)). */
import { execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { RrError } from '../../core/errors.ts';

const run = promisify(execFile);

/** How long a program of Slurm may take. It waits by itself while the controller is busy. Milliseconds. */
const TIMEOUT_MS = 120_000;

export interface Submission {
  readonly script: string;
  readonly name: string;
  /** Pattern of the log files as sbatch reads it (`%A` job, `%a` index); percent signs of the folder doubled. */
  readonly output: string;
  /** Takes what sbatch says, which is the id: known even when this process dies before it can write it down. */
  readonly idFile: string;
}

/** @throws RrError SLURM_FAILED with what sbatch said, SLURM_MISSING */
export async function submit({ script, name, output, idFile }: Submission): Promise<string> {
  const file = openSync(idFile, 'w');
  const child = spawn('sbatch', ['--parsable', `--job-name=${name}`, `--output=${output}`], {
    stdio: ['pipe', file, 'pipe'],
  });
  closeSync(file);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(script);
  const exit = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => reject(missing('sbatch', cause)));
    child.once('close', resolve);
  });
  const id = submitted(idFile);
  if (exit === 0 && id !== undefined) return id;
  throw new RrError('SLURM_FAILED', { detail: said.trim().split('\n').at(-1) || `sbatch ended with ${exit}` });
}

/** The id in a file that submit() had written; undefined when there is none (yet). */
export function submitted(idFile: string): string | undefined {
  // `17` or `17;cluster`
  return existsSync(idFile) ? /^(\d+)(;|\s|$)/.exec(readFileSync(idFile, 'utf8'))?.[1] : undefined;
}

/** Ids of this user's jobs of a name that wait or run. @throws RrError SLURM_FAILED, SLURM_MISSING */
export async function activeJobs(name: string): Promise<string[]> {
  const output = await squeue(['--me', '--name', name, '--format', '%A']);
  return [...new Set(output.split('\n').filter((line) => line !== ''))];
}

/** Whether any task of a job waits or runs. @throws RrError SLURM_FAILED, SLURM_MISSING */
export async function isActive(id: string): Promise<boolean> {
  try {
    return (await squeue(['--job', id, '--format', '%T'])).trim() !== '';
  } catch (error) {
    // forgotten some minutes after its end
    if (error instanceof RrError && String(error.params.detail).includes('Invalid job id')) return false;
    throw error;
  }
}

async function squeue(args: readonly string[]): Promise<string> {
  try {
    return (await run('squeue', ['--noheader', ...args], { timeout: TIMEOUT_MS })).stdout;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') throw missing('squeue', cause);
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new RrError('SLURM_FAILED', { detail: said.split('\n').at(-1) || 'squeue gave no answer' }, { cause });
  }
}

const missing = (program: string, cause: Error): RrError => new RrError('SLURM_MISSING', { program }, { cause });
