/** `rr jobs emit`: a stage as an array of jobs for an engine that exists. */
import { Flags } from '@oclif/core';
import { cronLine } from '../../cluster/jobs/cron.ts';
import { kubernetesJob } from '../../cluster/jobs/kubernetes.ts';
import { parallelScript } from '../../cluster/jobs/parallel.ts';
import { slurmScript } from '../../cluster/jobs/slurm.ts';
import { checkSpec, type JobSpec } from '../../cluster/jobs/spec.ts';
import { RrError } from '../../core/errors.ts';
import type { Catalogue } from '../cli/base.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { resolveCommand } from '../cli/resolve.ts';
import { bytesFrom } from '../sync/flags.ts';

const ENGINES = ['slurm', 'k8s', 'parallel', 'cron'] as const;
type Engine = (typeof ENGINES)[number];

export default class JobsEmit extends RrCommand {
  static override description =
    'Prints a script or manifest that runs the command after -- once for every shard, ready for the engine. {shard} in ' +
    'a word becomes the index of the shard, so that each writes its own file; rr db merge or rr sync gathers them. ' +
    'Running a shard twice changes nothing. A job that pulls moves production only for hosts that trust: in hosts.yaml ' +
    'names. With --format ndjson the text comes as a record.';

  static override examples = [
    'rr jobs emit --slurm --shards 9 -- selfplay --board hex8 --games 900 --seed 7 --out {shard}.db --resume',
    'rr jobs emit --k8s --image rr:1 --claim rr-data --shards 9 -- selfplay --board hex8 --seed 7 --out /data/{shard}.db',
    'rr jobs emit --parallel --shards 4 -- selfplay --board hex8 --games 400 --seed 7 --out {shard}.db --resume',
    "rr jobs emit --cron --every '*/30 * * * *' -- sync pull --since last",
  ];

  static override strict = false;
  static override usage = 'jobs emit --slurm|--k8s|--parallel|--cron [FLAGS] -- COMMAND…';

  static override flags = {
    slurm: Flags.boolean({ description: 'an sbatch script' }),
    k8s: Flags.boolean({ description: 'an Indexed Job for Kubernetes' }),
    parallel: Flags.boolean({ description: 'a script for GNU parallel' }),
    cron: Flags.boolean({ description: 'a line for a crontab' }),
    shards: Flags.integer({ default: 1, min: 1, max: 100_000, description: 'parts of the work', helpValue: 'N' }),
    'at-once': Flags.integer({ min: 1, description: 'shards that may run at a time (default: all)', helpValue: 'N' }),
    name: Flags.string({ description: 'name of the job (default: rr- and the command)', helpValue: 'NAME' }),
    rr: Flags.string({ multiple: true, default: ['rr'], description: 'how rr is started there', helpValue: 'WORD' }),
    cpus: Flags.integer({ default: 1, min: 1, description: 'cores for a shard', helpValue: 'N' }),
    gpus: Flags.integer({ default: 0, min: 0, description: 'GPUs for a shard', helpValue: 'N' }),
    memory: Flags.string({ description: 'memory for a shard', helpValue: 'SIZE' }),
    time: Flags.integer({ min: 1, description: 'longest time of a shard', helpValue: 'SECONDS' }),
    image: Flags.string({ description: 'container image (--k8s)', helpValue: 'IMAGE' }),
    claim: Flags.string({ description: 'volume claim that holds the data folder (--k8s)', helpValue: 'NAME' }),
    every: Flags.string({ description: "schedule, such as '*/30 * * * *' or @daily (--cron)", helpValue: 'SCHEDULE' }),
    folder: Flags.string({ description: 'folder it runs in (--cron; default: this one)', helpValue: 'DIR' }),
  };

  protected async execute(): Promise<Outcome> {
    const end = this.argv.indexOf('--');
    const stage = end === -1 ? [] : this.argv.slice(end + 1);
    const { flags } = await this.parse(JobsEmit, end === -1 ? this.argv : this.argv.slice(0, end));
    const chosen = ENGINES.filter((engine) => flags[engine]);
    const [engine] = chosen;
    if (!engine || chosen.length > 1) {
      throw new RrError('USAGE', { detail: `which engine? one of ${ENGINES.map((name) => `--${name}`).join(', ')}` });
    }
    const name = commandName(stage, this.catalogue);
    const spec = checkSpec({
      name: flags.name ?? `rr-${name.replaceAll(' ', '-')}`,
      rr: flags.rr,
      stage,
      shards: flags.shards,
      cpus: flags.cpus,
      gpus: flags.gpus,
      memory: flags.memory === undefined ? undefined : bytesFrom('memory', flags.memory),
      seconds: flags.time,
      parallel: flags['at-once'],
    });
    const text = textFor(engine, spec, flags);
    if (!this.argv.slice(0, end).some((word) => /^--format(=|$)/.test(word)) || this.globals.format === 'table') {
      process.stdout.write(text);
      return undefined;
    }
    await this.present({
      type: 'job',
      rows: [{ engine, name: spec.name, shards: spec.shards, text }],
      columns: [],
      summary: { shards: spec.shards },
    });
    return undefined;
  }
}

/** @throws RrError USAGE, UNKNOWN_COMMAND: a misspelt stage should not be found out sixteen times in a queue */
function commandName(stage: readonly string[], { commands }: Catalogue): string {
  if (stage.length === 0) throw new RrError('USAGE', { detail: 'no stage; write its command after --' });
  const request = resolveCommand(stage, commands);
  if (request.kind === 'error') throw request.error;
  if (request.kind !== 'command') throw new RrError('USAGE', { detail: 'the stage must be a command' });
  return request.entry.name;
}

interface EngineFlags {
  readonly image?: string | undefined;
  readonly claim?: string | undefined;
  readonly every?: string | undefined;
  readonly folder?: string | undefined;
}

function textFor(engine: Engine, spec: JobSpec, { image, claim, every, folder }: EngineFlags): string {
  switch (engine) {
    case 'slurm':
      return slurmScript(spec);
    case 'parallel':
      return parallelScript(spec);
    case 'k8s':
      if (image === undefined) throw new RrError('USAGE', { detail: '--k8s needs --image' });
      return kubernetesJob(spec, { image, claim });
    case 'cron':
      if (every === undefined) throw new RrError('USAGE', { detail: '--cron needs --every' });
      return cronLine(spec, every, folder ?? process.cwd());
  }
}
