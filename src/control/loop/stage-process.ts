/**
 * Runs a stage as a process of its own: its records into a file of the round's folder, its log into another. The
 * process number is noted before anything else happens, so that a loop that was killed finds what it left running.
 */
import { createWriteStream, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { isSea } from 'node:sea';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { RrError } from '../../core/errors.ts';

export interface StageProcess {
  /** Arguments of rr. */
  readonly args: readonly string[];
  /** File for the records on its stdout; appears complete or not at all. */
  readonly records: string;
  /** File that its stderr is added to. */
  readonly log: string;
  /** File that holds the process number while it runs. */
  readonly running: string;
  readonly signal: AbortSignal;
  /** A line of progress. */
  readonly onLine: (line: string) => void;
}

/** Command that starts a process of rr: the script this one runs, or the binary itself. */
export function launcher(): readonly string[] {
  const [, script] = process.argv;
  return isSea() || script === undefined ? [process.execPath] : [process.execPath, ...process.execArgv, script];
}

/** Time between asking a process to stop and forcing it. Milliseconds. */
const GRACE_MS = 25_000;

/** Resolves with the exit status. Aborting asks the process to stop and flush. */
export async function runStageProcess(stage: StageProcess): Promise<number> {
  await endLeftover(stage.running);
  const partial = `${stage.records}.partial`;
  // a file descriptor of its own: the records do not pass through this process
  const stdout = createWriteStream(partial, { fd: openSync(partial, 'w') });
  const [command = '', ...first] = launcher();
  const child = execa(command, [...first, ...stage.args, '--format', 'ndjson'], {
    stdin: 'ignore',
    stdout,
    buffer: false,
    reject: false,
    forceKillAfterDelay: GRACE_MS,
    // a loop that is killed finds what it left running
    cleanup: false,
  });
  if (child.pid !== undefined) writeFileSync(stage.running, `${child.pid} ${startTimeOf(child.pid)}\n`);
  const log = createWriteStream(stage.log, { flags: 'a' });
  const stop = (): void => {
    child.kill();
  };
  if (stage.signal.aborted) stop();
  stage.signal.addEventListener('abort', stop);
  try {
    for await (const line of child.iterable({ from: 'stderr' })) {
      log.write(`${line}\n`);
      stage.onLine(line);
    }
    const { exitCode, signal, cause } = await child;
    if (signal !== undefined) stage.onLine(`ended by ${signal}`);
    else if (exitCode === undefined) throw cause;
    renameSync(partial, stage.records);
    // what a shell would say: a stage that was killed is no failure of its own, but it is not done either
    return exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
  } finally {
    stage.signal.removeEventListener('abort', stop);
    stdout.destroy();
    log.end();
    rmSync(stage.running, { force: true });
  }
}

/** Ends what an earlier loop left running: two processes must not work on one stage. */
async function endLeftover(running: string): Promise<void> {
  if (!existsSync(running)) return;
  const [pid = 0, started = ''] = readFileSync(running, 'utf8').trim().split(' ');
  const number = Number(pid);
  // a process of that number that began at another time is somebody else's
  const alive = (): boolean => number > 0 && started !== '' && startTimeOf(number) === started;
  if (alive()) process.kill(number, 'SIGTERM');
  for (let waited = 0; alive() && waited < GRACE_MS; waited += 50) await sleep(50);
  if (alive()) process.kill(number, 'SIGKILL');
  for (let waited = 0; alive() && waited < 5000; waited += 50) await sleep(50);
  if (alive()) throw new RrError('LOCKED', { path: running });
  rmSync(running, { force: true });
}

/** When a process began, in the kernel's clock ticks; `-` where that cannot be asked, '' when there is none. */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the second field is a name in parentheses that may hold anything; state is the third, start time the 22nd
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // a zombie does nothing any more
    return fields[0] === 'Z' ? '' : (fields[19] ?? '-');
  } catch {
    return process.platform === 'linux' ? '' : '-';
  }
}
