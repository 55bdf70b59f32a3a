/** Which part of a run this process plays: named by a flag, or by the array job that started it. */
import { RrError } from '../../core/errors.ts';
import type { Shard } from './spec.ts';

/**
 * The shard that the flag names, else the one the environment names: a Slurm array task, or a Kubernetes indexed job
 * together with RR_SHARDS (Kubernetes tells a pod its index but not how many there are).
 * @throws RrError USAGE for a malformed flag or environment.
 */
export function shardFrom(flag: string | undefined, env: NodeJS.ProcessEnv = process.env): Shard | undefined {
  if (flag !== undefined) return parseShard(flag, '--shard');
  const { SLURM_ARRAY_TASK_ID: slurmId, SLURM_ARRAY_TASK_COUNT: slurmCount } = env;
  if (slurmId !== undefined && slurmCount !== undefined) {
    const first = Number(env.SLURM_ARRAY_TASK_MIN ?? 0);
    const step = Number(env.SLURM_ARRAY_TASK_STEP ?? 1);
    return parseShard(`${(Number(slurmId) - first) / step}/${slurmCount}`, 'SLURM_ARRAY_TASK_ID/COUNT');
  }
  const { JOB_COMPLETION_INDEX: jobIndex, RR_SHARDS: shards } = env;
  if (jobIndex === undefined) return undefined;
  if (shards !== undefined) return parseShard(`${jobIndex}/${shards}`, 'JOB_COMPLETION_INDEX/RR_SHARDS');
  throw new RrError('USAGE', {
    detail: `JOB_COMPLETION_INDEX is ${jobIndex} but of how many? set RR_SHARDS or pass --shard ${jobIndex}/N`,
  });
}

function parseShard(text: string, origin: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.count >= 1 && shard.index < shard.count) return shard;
  throw new RrError('USAGE', { detail: `${origin}: '${text}' is not i/n with i counted from 0 to n - 1` });
}
