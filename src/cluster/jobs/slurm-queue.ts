/** A Slurm controller, spoken to through its own programs (sbatch(1), squeue(1)). */
import { createWriteStream, existsSync, openSync, readFileSync } from 'node:fs';
import { execa } from 'execa';
import { RrError } from '../../core/errors.ts';

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
  // a file descriptor of its own: what sbatch says is on the disk even when this process is not there to read it
  const file = createWriteStream(idFile, { fd: openSync(idFile, 'w') });
  const { exitCode, code, stderr, cause } = await execa(
    'sbatch',
    ['--parsable', `--job-name=${name}`, `--output=${output}`],
    {
      input: script,
      stdout: file,
      reject: false,
      // what the controller has begun to take must not be cut off when we end
      cleanup: false,
    },
  );
  file.destroy();
  if (code === 'ENOENT') throw missing('sbatch', cause);
  const id = submitted(idFile);
  if (exitCode === 0 && id !== undefined) return id;
  throw new RrError('SLURM_FAILED', { detail: lastLine(stderr) || `sbatch ended with ${exitCode}` }, { cause });
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

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
  const { stdout, stderr, failed, code, cause } = await execa('squeue', ['--noheader', ...args], {
    stdin: 'ignore',
    timeout: TIMEOUT_MS,
    reject: false,
  });
  if (!failed) return stdout;
  if (code === 'ENOENT') throw missing('squeue', cause);
  throw new RrError('SLURM_FAILED', { detail: lastLine(stderr) || 'squeue gave no answer' }, { cause });
}

const missing = (program: string, cause: unknown): RrError => new RrError('SLURM_MISSING', { program }, { cause });
