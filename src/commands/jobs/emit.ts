/** `rr jobs emit`: a stage as an array of jobs for an engine that exists. */
import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { cronLine } from '../../cluster/jobs/cron.ts';
import { kubernetesJob } from '../../cluster/jobs/kubernetes.ts';
import { parallelScript } from '../../cluster/jobs/parallel.ts';
import { slurmScript } from '../../cluster/jobs/slurm.ts';
import { checkSpec, type JobSpec } from '../../cluster/jobs/spec.ts';
import { ROLES, type Role, scheduleOf } from '../../cluster/schedule/roles.ts';
import { SCHEDULERS, type Scheduler, scheduleText } from '../../cluster/schedule/write.ts';
import { RrError } from '../../core/errors.ts';
import { parseConfigKey } from '../../engine/config-key.ts';
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
    'names. With --role, prints the complete, commented schedule of a kind of machine: what to start when, with the exit ' +
    'statuses that are no failure. With --format ndjson the text comes as a record.';

  static override examples = [
    'rr jobs emit --slurm --shards 9 -- selfplay --board hex8 --games 900 --seed 7 --out {shard}.db --resume',
    'rr jobs emit --k8s --image rr:1 --claim rr-data --shards 9 -- selfplay --board hex8 --seed 7 --out /data/{shard}.db',
    'rr jobs emit --parallel --shards 4 -- selfplay --board hex8 --games 400 --seed 7 --out {shard}.db --resume',
    "rr jobs emit --cron --every '*/30 * * * *' -- sync pull --since last",
    'rr jobs emit --cron --role laptop',
    'rr jobs emit --systemd --role gpu --config square8_2p --folder /srv/rr',
    'rr jobs emit --jobs-file --role hub > jobs.yaml',
  ];

  static override strict = false;
  static override usage = [
    'jobs emit --slurm|--k8s|--parallel|--cron [FLAGS] -- COMMAND…',
    'jobs emit --cron|--systemd|--slurm|--k8s|--jobs-file --role laptop|hub|gpu|cpu',
  ];

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
    systemd: Flags.boolean({ description: 'services and timers (--role)' }),
    'jobs-file': Flags.boolean({ description: 'a jobs.yaml for rr doctor --jobs (--role)' }),
    role: Flags.option({ options: ROLES })({
      description: 'instead of a command: the complete schedule of a machine of this kind',
    }),
    config: Flags.string({ description: 'board and players (--role; default hex8_2p)', helpValue: 'KEY' }),
    textfile: Flags.string({
      default: '/var/lib/prometheus/node-exporter/rr.prom',
      description: 'file of the metrics (--role)',
      helpValue: 'FILE.prom',
    }),
    every: Flags.string({ description: "schedule, such as '*/30 * * * *' or @daily (--cron)", helpValue: 'SCHEDULE' }),
    folder: Flags.string({ description: 'folder it runs in (--cron, --role; default: this one)', helpValue: 'DIR' }),
  };

  protected async execute(): Promise<Outcome> {
    const end = this.argv.indexOf('--');
    const stage = end === -1 ? [] : this.argv.slice(end + 1);
    const { flags } = await this.parse(JobsEmit, end === -1 ? this.argv : this.argv.slice(0, end));
    if (flags.role !== undefined) return this.#schedule(flags.role, stage, flags);
    for (const name of ['systemd', 'jobs-file'] as const) {
      if (flags[name]) throw new RrError('USAGE', { detail: `--${name} needs a --role: ${ROLES.join(', ')}` });
    }
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
    return this.#print(text, { engine, name: spec.name, shards: spec.shards });
  }

  /** The schedule of a kind of machine. */
  async #schedule(role: Role, stage: readonly string[], flags: ScheduleFlags): Promise<Outcome> {
    if (stage.length > 0) throw new RrError('USAGE', { detail: 'give a --role, or a command after --, not both' });
    const chosen = SCHEDULERS.filter((name) => flags[name]);
    const [scheduler] = chosen;
    if (scheduler === undefined || chosen.length > 1) {
      const names = SCHEDULERS.map((name) => `--${name}`).join(', ');
      throw new RrError('USAGE', { detail: `which scheduler? one of ${names}` });
    }
    if (scheduler === 'k8s' && flags.image === undefined) throw new RrError('USAGE', { detail: '--k8s needs --image' });
    const { key } = parseConfigKey(flags.config ?? 'hex8_2p');
    const schedule = scheduleOf(role, { config: key, textfile: flags.textfile });
    const { rr, folder = process.cwd(), image, claim } = flags;
    for (const word of [...rr, folder]) {
      if (/[\0\n\r]/.test(word))
        throw new RrError('USAGE', { detail: `a word holds a line break: ${JSON.stringify(word)}` });
    }
    const text = scheduleText(schedule, scheduler, { rr, folder: resolve(folder), image, claim });
    return this.#print(text, { engine: scheduler, name: role, shards: 1 });
  }

  async #print(text: string, row: { engine: string; name: string; shards: number }): Promise<Outcome> {
    const end = this.argv.includes('--') ? this.argv.indexOf('--') : this.argv.length;
    if (!this.argv.slice(0, end).some((word) => /^--format(=|$)/.test(word)) || this.globals.format === 'table') {
      process.stdout.write(text);
      return undefined;
    }
    await this.present({
      type: 'job',
      rows: [{ ...row, text }],
      columns: [],
      summary: { shards: row.shards },
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

type ScheduleFlags = Partial<Readonly<Record<Scheduler, boolean>>> & {
  readonly rr: readonly string[];
  readonly config?: string | undefined;
  readonly textfile: string;
  readonly folder?: string | undefined;
  readonly image?: string | undefined;
  readonly claim?: string | undefined;
};

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
