/**
 * Runs the stages of an arm one after the other, each as a process of rr with its records, log and a note that it is
 * done in the arm's folder, so that a bench can be stopped or killed and started again.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../io/atomic.ts';
import { runStageProcess } from '../loop/stage-process.ts';
import { modelRecord, recordsOf } from '../round/records.ts';
import { ARM_STAGES, type ArmStage, armArguments, doneCodesOf, type RoundBench } from './arm-stages.ts';
import type { Arm } from './arms.ts';
import { CpuTime } from './cpu-time.ts';

const doneSchema = z.object({ command: z.array(z.string()), exit: z.int(), cpuSeconds: z.number().nullable() });
export type ArmStageDone = z.infer<typeof doneSchema>;

export interface ArmRun {
  readonly signal: AbortSignal;
  /** A line of progress. */
  readonly show: (line: string) => void;
}

/** @returns why a stage failed, or nothing */
export async function runArm(bench: RoundBench, arm: Arm, folder: string, run: ArmRun): Promise<string | undefined> {
  mkdirSync(folder, { recursive: true });
  for (const stage of ARM_STAGES) {
    const args = armArguments(bench, arm, folder, stage, trainedIn(folder));
    const done = doneStage(folder, stage);
    if (done) refuseOtherSettings(folder, stage, done, args);
    else {
      const failure = await runStage(folder, stage, args, run);
      if (failure !== undefined) return failure;
    }
  }
  return undefined;
}

async function runStage(
  folder: string,
  stage: ArmStage,
  args: readonly string[],
  { signal, show }: ArmRun,
): Promise<string | undefined> {
  const file = (name: string): string => join(folder, name);
  const running = file(`${stage}.running`);
  const cpu = new CpuTime(running, file(`${stage}.cpu`));
  let lastLine = '';
  const exit = await runStageProcess({
    ...{ args, signal, running, records: file(`${stage}.ndjson`), log: file(`${stage}.log`) },
    onLine(line) {
      lastLine = line;
      show(`${stage} ${line.trim()}`);
    },
  }).finally(() => cpu.stop());
  signal.throwIfAborted();
  if (exit !== 0 && !doneCodesOf(stage).includes(exit)) return `${stage} ended with ${exit}: ${lastLine}`;
  const done: ArmStageDone = { command: ['rr', ...args], exit, cpuSeconds: cpu.seconds ?? null };
  await writeFileAtomic(file(`${stage}.json`), `${JSON.stringify(done, null, 2)}\n`);
  return undefined;
}

/** Content hash of the model that the arm's training gave. */
export const trainedIn = (folder: string): string | undefined =>
  recordsOf(join(folder, 'train.ndjson'), modelRecord).at(-1)?.hash;

/** @throws RrError FILE_CORRUPT */
export function doneStage(folder: string, stage: ArmStage): ArmStageDone | undefined {
  const path = join(folder, `${stage}.json`);
  if (!existsSync(path)) return undefined;
  const parsed = doneSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new RrError('FILE_CORRUPT', { path, detail: 'remove it to repeat its stage' });
}

/** An arm whose settings changed since would mix two arms in one folder. @throws RrError CONFIG_INVALID */
function refuseOtherSettings(
  folder: string,
  stage: ArmStage,
  { command }: ArmStageDone,
  args: readonly string[],
): void {
  const now = ['rr', ...args];
  if (command.length === now.length && command.every((word, i) => word === now[i])) return;
  const detail = `${stage} was run with other settings (${command.join(' ')}); take another --out, or remove the folder`;
  throw new RrError('CONFIG_INVALID', { where: folder, detail });
}
