/**
 * Self-play and gauntlets as job arrays of Slurm; the other stages stay on this machine. Each task plays its shard into
 * a database of its own in the round's folder; when all have ended these are merged, and the stage's own command runs
 * here with --resume: it finds the games there and writes the records. The nodes must see the data folder under the
 * same path. Partition, account and the like are taken from sbatch's environment variables (SBATCH_PARTITION, …).
 *
 * In the round's folder: `<stage>.job` the id of the array, `<stage>.<i>.exit` the exit status of a task,
 * `<stage>.<i>.db` its games, `<job name>-<id>_<i>.log` its log.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { slurmScript } from '../../cluster/jobs/slurm.ts';
import { activeJobs, isActive, submit, submitted } from '../../cluster/jobs/slurm-queue.ts';
import { checkSpec, type JobSpec, SHARD } from '../../cluster/jobs/spec.ts';
import { RrError } from '../../core/errors.ts';
import { mergeStores } from '../../games/store/merge.ts';
import { GameStore } from '../../games/store/store.ts';
import type { Stage } from '../round/stages.ts';
import type { Executor } from './executor.ts';
import { launcher, runStageProcess, type StageProcess } from './stage-process.ts';

export interface SlurmSettings {
  readonly shards: number;
  /** For a shard. */
  readonly cpus: number;
  readonly gpus: number;
  /** Longest time of a shard; 0 leaves it to the partition. Seconds. */
  readonly seconds: number;
}

/** Time between looks at the queue: short at first, so that small arrays are not waited for long. Milliseconds. */
const POLL_MS = { first: 1000, growth: 1.5, max: 30_000 };
/** Time that sbatch may need after the process that started it is gone. Milliseconds. */
const SUBMIT_MS = 10_000;
/** A controller that does not answer for so long ends the wait; the array keeps running. Milliseconds. */
const PATIENCE_MS = 15 * 60_000;
/** Statuses of a shard that is done: 4 says that its games were all there. */
const DONE = new Set([0, 4]);

export class SlurmExecutor implements Executor {
  readonly #settings: SlurmSettings;

  constructor(settings: SlurmSettings) {
    this.#settings = settings;
  }

  async run(stage: Stage, process: StageProcess): Promise<number> {
    if (stage !== 'selfplay' && stage !== 'gauntlet') return runStageProcess(process);
    const { cpus, gpus, seconds, shards } = this.#settings;
    const common = ['--workers', String(cpus), ...(stage === 'gauntlet' ? ['--no-record'] : [])];
    const out = outOf(process.args);
    const folder = dirname(process.records);
    const part = join(folder, `${stage}.${SHARD}.db`);
    const array = { cpus, gpus, seconds: seconds > 0 ? seconds : undefined, process };
    const stageOfShards = [...process.args.map((word, i) => (i === out.position ? part : word)), ...common];
    const played = await runArray({ ...array, name: stage, shards, stage: stageOfShards });
    if (played !== 0) return played;
    for (let shard = 0; shard < shards; shard++) await take(out.path, part.replace(SHARD, String(shard)));
    if (process.args.includes('--test')) {
      // sequential tests look at games in order, so they are one task's work
      const tested = await runArray({
        ...array,
        name: `${stage}-test`,
        shards: 1,
        stage: [...process.args, ...common],
      });
      if (tested !== 0) return tested;
    }
    return runStageProcess(process);
  }
}

/** The database a stage writes, and where it stands among the arguments. */
function outOf(args: readonly string[]): { readonly path: string; readonly position: number } {
  const position = args.indexOf('--out') + 1;
  const path = args[position];
  if (position === 0 || path === undefined) throw new RangeError('a stage without --out cannot be an array');
  return { path, position };
}

interface ArrayJob {
  readonly name: string;
  readonly stage: readonly string[];
  readonly shards: number;
  readonly cpus: number;
  readonly gpus: number;
  readonly seconds: number | undefined;
  readonly process: StageProcess;
}

/** Submits an array, unless it was, and waits for it. @returns 0, or the status of the first shard that failed */
async function runArray(array: ArrayJob): Promise<number> {
  const { process, shards } = array;
  const folder = dirname(process.records);
  const file = (end: string): string => join(folder, `${array.name}.${end}`);
  const statusOf = (shard: number): number | undefined => readStatus(file(`${shard}.exit`));
  const statuses = (): (number | undefined)[] => Array.from({ length: shards }, (_, shard) => statusOf(shard));
  // the folder says which loop, config and round it is
  const jobName = `rr-${array.name}-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
  const idFile = file('job');
  const forget = (): void => {
    for (let shard = 0; shard < shards; shard++) rmSync(file(`${shard}.exit`), { force: true });
    rmSync(idFile, { force: true });
  };

  let id = await submittedBefore(idFile, jobName);
  if (id === undefined) {
    forget();
    const spec = { ...array, name: jobName, rr: launcher(), memory: undefined, parallel: undefined };
    id = await submit({
      script: slurmScript(checkSpec(spec satisfies JobSpec), { status: file(`${SHARD}.exit`) }),
      name: jobName,
      output: join(folder.replaceAll('%', '%%'), `${jobName}-%A_%a.log`),
      idFile,
    });
    process.onLine(`${array.name}: job ${id} with ${shards} shards submitted`);
  } else process.onLine(`${array.name}: waiting for job ${id}, which was submitted before`);

  if (!(await ended(id, array, statuses))) return INTERRUPTED;
  const all = statuses();
  const failed = all.findIndex((status) => status === undefined || !DONE.has(status));
  if (failed === -1) return 0;
  // the next try submits again; what the shards have played stays
  forget();
  const status = all[failed];
  const log = join(folder, `${jobName}-${id}_${failed}.log`);
  const how = status === undefined ? 'ended without a status (cancelled, or its node failed)' : `ended with ${status}`;
  process.onLine(`shard ${failed} of job ${id} ${how}; its log: ${log}`);
  return status ?? LOST;
}

/** The job of an earlier run, also of one that was killed while sbatch was at work (which continues without it). */
async function submittedBefore(idFile: string, jobName: string): Promise<string | undefined> {
  for (let waited = 0; existsSync(idFile) && waited <= SUBMIT_MS; waited += SUBMIT_MS / 10) {
    const id = submitted(idFile) ?? (await activeJobs(jobName))[0];
    if (id !== undefined) return id;
    await sleep(SUBMIT_MS / 10);
  }
  return undefined;
}

/** Exit status that a shell gives a process that SIGTERM ended. */
const INTERRUPTED = 143;
/** A shard that Slurm took away: try again later. */
const LOST = 75;

/** Waits until no task of the job waits or runs; false when we were asked to stop before. @throws RrError SLURM_FAILED */
async function ended(
  id: string,
  { name, shards, process: { signal, onLine } }: ArrayJob,
  statuses: () => readonly (number | undefined)[],
): Promise<boolean> {
  let answeredAt = Date.now();
  let said = -1;
  let pauseMs = POLL_MS.first;
  while (!signal.aborted) {
    const done = statuses().filter((status) => status !== undefined).length;
    if (done !== said) onLine(`${name}: ${done} of ${shards} shards of job ${id} have ended`);
    said = done;
    if (done === shards) return true;
    try {
      // a status that was written between the two looks is there when they are read again
      if (!(await isActive(id))) return true;
      answeredAt = Date.now();
    } catch (error) {
      if (!(error instanceof RrError) || error.code !== 'SLURM_FAILED') throw error;
      if (Date.now() - answeredAt > PATIENCE_MS) throw error;
      onLine(`${error.message}; asking again`);
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
    pauseMs = Math.min(POLL_MS.max, pauseMs * POLL_MS.growth);
  }
  onLine(`${name}: job ${id} keeps running; rerun the same command to wait for it`);
  return false;
}

function readStatus(path: string): number | undefined {
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Moves the games of a shard into the stage's database; a shard that was moved before is gone. */
async function take(target: string, part: string): Promise<void> {
  if (!existsSync(part)) return;
  const source = await GameStore.openReadOnly(part);
  try {
    const store = GameStore.open(target);
    try {
      mergeStores(store, source);
    } finally {
      store.close();
    }
  } finally {
    source.close();
  }
  for (const end of ['', '-wal', '-shm']) rmSync(part + end, { force: true });
}
