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
  if (env.SLURM_ARRAY_TASK_ID !== undefined) return slurmShard(env.SLURM_ARRAY_TASK_ID, env);
  const { JOB_COMPLETION_INDEX: jobIndex, RR_SHARDS: shards } = env;
  if (jobIndex === undefined) return undefined;
  if (shards !== undefined) return parseShard(`${jobIndex}/${shards}`, 'JOB_COMPLETION_INDEX/RR_SHARDS');
  throw new RrError('USAGE', {
    detail: `JOB_COMPLETION_INDEX is ${jobIndex} but of how many? set RR_SHARDS or pass --shard ${jobIndex}/N`,
  });
}

/**
 * Tasks of an array without gaps are its shards in order. One task alone (`--array=5`) and an array with gaps (`1,5,7`) are part of
 * a larger one that is submitted again: how many shards that has, nobody can tell.
 */
function slurmShard(id: string, env: NodeJS.ProcessEnv): Shard {
  const count = Number(env.SLURM_ARRAY_TASK_COUNT);
  const first = Number(env.SLURM_ARRAY_TASK_MIN ?? 0);
  const step = Number(env.SLURM_ARRAY_TASK_STEP ?? 1);
  const last = Number(env.SLURM_ARRAY_TASK_MAX ?? first + (count - 1) * step);
  const isWhole = (last - first) / step + 1 === count && (count > 1 || first === 0);
  if (isWhole) return parseShard(`${(Number(id) - first) / step}/${count}`, 'SLURM_ARRAY_TASK_ID/COUNT');
  throw new RrError('USAGE', {
    detail: `SLURM_ARRAY_TASK_ID is ${id} but of how many? the array is not a whole one; pass --shard i/n`,
  });
}

/** A shard that the environment chose, in words; undefined for one that a flag named. */
export const shardNote = (flag: string | undefined, shard: Shard | undefined): string | undefined =>
  flag === undefined && shard ? `works on shard ${shard.index}/${shard.count}, as the array job says` : undefined;

function parseShard(text: string, origin: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.count >= 1 && shard.index < shard.count) return shard;
  throw new RrError('USAGE', { detail: `${origin}: '${text}' is not i/n with i counted from 0 to n - 1` });
}
