/** A script for GNU parallel: one line a shard, a job log, and only what is missing when it is run again. */
import { shellLine } from './shell.ts';
import { GRACE_S, type JobSpec } from './spec.ts';

export function parallelScript(spec: JobSpec): string {
  const { name, shards, parallel, cpus, seconds } = spec;
  const options = [
    `--joblog ${name}.joblog`,
    '--resume-failed',
    parallel === undefined ? `--jobs ${Math.max(1, Math.round(100 / cpus))}%` : `--jobs ${parallel}`,
    `--termseq TERM,${GRACE_S * 1000},KILL`,
    ...(seconds === undefined ? [] : [`--timeout ${seconds}`]),
  ];
  const lines = Array.from({ length: shards }, (_, index) => shellLine(spec, String(index)));
  return [
    '#!/bin/sh',
    '# Run it again after a failure: shards that are done are skipped.',
    `exec parallel ${options.join(' ')} <<'END_OF_SHARDS'`,
    ...lines,
    'END_OF_SHARDS',
    '',
  ].join('\n');
}
