/** An sbatch script (sbatch(1)) for a job array. */
import { shellLine, shellWord } from './shell.ts';
import { GRACE_S, type JobSpec } from './spec.ts';

export interface SlurmOptions {
  /** A file for each shard, `{shard}` in its name, that takes the exit status once the shard is not queued again. */
  readonly status?: string;
}

/**
 * The shard is passed as `index/count` with the count written out: SLURM_ARRAY_TASK_COUNT is smaller when only some
 * of the array is submitted again. bash starts rr in the background and passes SIGTERM on, which Slurm sends a minute
 * before the time is up; what was stopped (143) or had to wait (75) is queued again.
 */
export function slurmScript(spec: JobSpec, { status }: SlurmOptions = {}): string {
  const { name, shards, parallel, cpus, gpus, memory, seconds } = spec;
  const options = [
    `--job-name=${name}`,
    `--array=0-${shards - 1}${parallel === undefined ? '' : `%${parallel}`}`,
    `--cpus-per-task=${cpus}`,
    ...(gpus > 0 ? [`--gpus=${gpus}`] : []),
    ...(memory === undefined ? [] : [`--mem=${Math.ceil(memory / 2 ** 20)}M`]),
    ...(seconds === undefined ? [] : [`--time=${slurmTime(seconds)}`]),
    `--output=${name}-%A_%a.log`,
    '--open-mode=append',
    '--requeue',
    `--signal=B:TERM@${GRACE_S}`,
  ];
  // the braces of the shell, kept apart from those of TypeScript
  const variable = (name: string): string => `$\{${name}}`;
  return [
    '#!/bin/bash',
    ...options.map((option) => `#SBATCH ${option}`),
    '',
    `${shellLine(spec, '"$SLURM_ARRAY_TASK_ID"')} &`,
    'child=$!',
    'trap \'kill -TERM "$child"\' TERM',
    'wait "$child"',
    'status=$?',
    '# a signal interrupts the waiting, not the work',
    'while kill -0 "$child" 2>/dev/null; do wait "$child"; status=$?; done',
    'case "$status" in',
    '75 | 143)',
    `  if [ "${variable('SLURM_RESTART_COUNT:-0')}" -lt 10 ]; then`,
    `    scontrol requeue "${variable('SLURM_ARRAY_JOB_ID')}_${variable('SLURM_ARRAY_TASK_ID')}" && exit "$status"`,
    '  fi',
    '  ;;',
    'esac',
    ...(status === undefined ? [] : [`echo "$status" >${shellWord(status, '"$SLURM_ARRAY_TASK_ID"')}`]),
    'exit "$status"',
    '',
  ].join('\n');
}

/** `1-02:03:04`: days, hours, minutes, seconds. */
function slurmTime(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const clock = [(seconds % 86_400) / 3600, (seconds % 3600) / 60, seconds % 60].map(two).join(':');
  return seconds >= 86_400 ? `${Math.floor(seconds / 86_400)}-${clock}` : clock;
}
