/** What an array of jobs is, whichever engine runs it. */
import { RrError } from '../../core/errors.ts';

export interface JobSpec {
  /** Name of the job: lower case letters, digits, dashes. */
  readonly name: string;
  /** How `rr` is started where the jobs run. */
  readonly rr: readonly string[];
  /**
   * Command and flags of the stage, without --shard. `{shard}` in a word stands for the index of the shard, so that
   * each writes a file of its own.
   */
  readonly stage: readonly string[];
  readonly shards: number;
  readonly cpus: number;
  readonly gpus: number;
  /** Bytes. */
  readonly memory: number | undefined;
  /** Longest time of one shard. Seconds. */
  readonly seconds: number | undefined;
  /** Shards at a time; all when left out. */
  readonly parallel: number | undefined;
}

/** Stands for the shard's index in a word of the stage. */
export const SHARD = '{shard}';

/** Time between SIGTERM and SIGKILL: longer than the grace time of rr. Seconds. */
export const GRACE_S = 60;

/** Exit statuses that another try cannot cure: usage, gate, corrupt input, configuration. */
export const HOPELESS = [2, 3, 5, 78] as const;

const NAME = /^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$/;

/** @throws RrError USAGE */
export function checkSpec(spec: JobSpec): JobSpec {
  const refuse = (detail: string): never => {
    throw new RrError('USAGE', { detail });
  };
  if (!NAME.test(spec.name)) refuse(`--name: '${spec.name}' must be lower case letters, digits and dashes, at most 52`);
  if (spec.stage.length === 0) refuse('no stage; write its command after --');
  if (spec.stage.some((word) => /^--shard(=|$)/.test(word))) refuse('leave out --shard: it is what the array sets');
  for (const word of [...spec.rr, ...spec.stage]) {
    if (/[\0\n\r]/.test(word)) refuse(`a word of the stage holds a line break: ${JSON.stringify(word)}`);
  }
  return spec;
}
