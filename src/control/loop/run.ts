/** Runs the rounds of one config and shows them stage by stage. */
import { EXIT_CODES, type ExitCode } from '../../core/errors.ts';
import { runTaskList } from '../../io/task-list.ts';
import type { Lease } from '../../state/store/lease.ts';
import type { RoundFolder, StageDone } from '../round/round-folder.ts';
import { STAGES } from '../round/stages.ts';
import { endRound } from './end-round.ts';
import { exportAgain } from './export-again.ts';
import { isFailure, type Loop, remaining, type StageFailure } from './loop.ts';
import type { LoopRun } from './loop-run.ts';

/** @returns 0 promoted, 3 refused, 4 nothing to do, or the status of a stage that failed */
export async function runRounds(loop: Loop, run: LoopRun, lease: Lease): Promise<ExitCode> {
  const verdicts: boolean[] = [];
  let worked = false;
  for (;;) {
    const next = loop.next();
    if (next === undefined) break;
    if (next === 'new' && run.ifNew !== undefined) {
      if (!run.dryRun) await pullFirst(loop, run, AbortSignal.any([run.signal, lease.signal]));
      if ((await loop.newGames()) < run.ifNew) break;
    }
    if (run.dryRun) {
      await printCommands(loop, next, run);
      return 0;
    }
    const folder = next === 'new' ? await loop.begin(run.problem) : next;
    worked = true;
    const result = await runRound(loop, folder, run, AbortSignal.any([run.signal, lease.signal]));
    if (result && isFailure(result)) {
      run.problem(`${loop.options.config.key}: ${result.stage} ended with ${result.exit}: ${result.reason}`);
      run.problem(`its log: ${folder.file(`${result.stage}.log`)}; rerun the same command to resume`);
      return exitCodeOf(result.exit);
    }
    const promoted = folder.done('promote')?.promoted;
    if (promoted !== undefined) verdicts.push(promoted);
    await endRound(loop, folder, run, lease.fence);
    if (run.to !== undefined && !folder.isComplete) break;
  }
  if (verdicts.includes(true)) return 0;
  if (verdicts.length > 0) return 3;
  return worked ? 0 : 4;
}

/** Games that other hosts have played wait to be exported too. Hosts that cannot be reached now are left for the next time. */
async function pullFirst(loop: Loop, run: LoopRun, signal: AbortSignal): Promise<void> {
  if (loop.options.hosts === undefined || loop.options.skip.has('pull')) return;
  const exit = await loop.pull(signal, run.progress);
  signal.throwIfAborted();
  if (exit !== 0 && exit !== 4) run.problem(`${loop.options.config.key}: rr sync pull ended with ${exit}`);
}

const exitCodeOf = (exit: number): ExitCode => {
  const known = Object.keys(EXIT_CODES)
    .map(Number)
    .find((code) => code === exit);
  return known === undefined ? 1 : (known as ExitCode);
};

/** The failure that ended the round, if one did. */
async function runRound(
  loop: Loop,
  folder: RoundFolder,
  run: LoopRun,
  signal: AbortSignal,
): Promise<StageFailure | undefined> {
  const { number } = folder.facts();
  const { config, skip } = loop.options;
  let failure: StageFailure | undefined;
  const last = run.to === undefined ? STAGES.length : STAGES.indexOf(run.to) + 1;
  const stages = remaining(folder).filter((stage) => STAGES.indexOf(stage) < last);
  const tasks = stages.map((stage) => ({
    title: `${config.key} round ${number}: ${stage}`,
    task: async (_context: unknown, task: { title: string; output: string; skip(message: string): void }) => {
      if (skip.has(stage)) {
        await loop.skip(folder, stage);
        task.skip(`${stage}: left out`);
        return;
      }
      await run.writer?.write({ type: 'stage', config: config.key, round: number, stage, state: 'started' });
      const hooks = {
        signal,
        onLine: (line: string) => {
          task.output = line;
          if (!run.live) run.progress(`  ${line}`);
        },
      };
      let result = await loop.run(folder, stage, hooks);
      while (isCorruptInput(result) && (await exportAgain(loop.options, folder, hooks))) {
        result = await loop.run(folder, stage, hooks);
      }
      await run.writer?.write({
        type: 'stage',
        config: config.key,
        round: number,
        state: isFailure(result) ? 'failed' : 'done',
        ...result,
      });
      if (isFailure(result)) {
        failure = result;
        throw new Error(`${stage} ended with ${result.exit}`);
      }
      const title = `${config.key} round ${number}: ${stage} ${outcomeOf(result)}`;
      task.title = title;
      if (!run.live) run.progress(title);
    },
  }));
  try {
    await runTaskList(tasks, { live: run.live, maxParallel: 1, exitOnError: true });
  } catch (error) {
    if (failure) return failure;
    throw error;
  }
  return undefined;
}

/** A training that met a file which it could not read. */
const isCorruptInput = (result: StageDone | StageFailure): boolean =>
  isFailure(result) && result.stage === 'train' && result.exit === 5;

function outcomeOf({ started, ended, model, promoted }: StageDone): string {
  const seconds = Math.round((Date.parse(ended) - Date.parse(started)) / 1000);
  const what = model === undefined ? '' : ` model ${model.slice(0, 12)}`;
  const verdict = promoted === undefined ? '' : promoted ? ' promoted' : ' refused';
  return `(${seconds} s)${what}${verdict}`;
}

async function printCommands(loop: Loop, next: RoundFolder | 'new', { say, writer }: LoopRun): Promise<void> {
  const commands =
    next === 'new'
      ? await loop.plannedCommands()
      : remaining(next).map((stage) => [stage, loop.command(next, stage)] as const);
  for (const [stage, args] of commands) {
    say(['rr', ...args].join(' '));
    await writer?.write({ type: 'command', config: loop.options.config.key, stage, command: ['rr', ...args] });
  }
}
