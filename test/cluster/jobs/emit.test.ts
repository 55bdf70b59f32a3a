import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { cronLine } from '../../../src/cluster/jobs/cron.ts';
import { kubernetesJob } from '../../../src/cluster/jobs/kubernetes.ts';
import { parallelScript } from '../../../src/cluster/jobs/parallel.ts';
import { slurmScript } from '../../../src/cluster/jobs/slurm.ts';
import { checkSpec, type JobSpec } from '../../../src/cluster/jobs/spec.ts';
import { temporaryFolder } from '../../io/folder.ts';
import { rr, run } from '../../run.ts';
import { KubernetesJob, PublishedJob } from './kubernetes-schema.ts';

const folder = temporaryFolder();
const SPEC: JobSpec = {
  ...{ name: 'rr-selfplay', rr: ['rr'], shards: 4, cpus: 2, gpus: 0, memory: undefined, seconds: undefined },
  ...{ stage: ['selfplay', '--config', 'hex8_2p', '--out', 'games.{shard}.db'], parallel: undefined },
};

const word = fc
  .oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'\'"\\$`!*?~;&|<>(){}[]# %-=a'), maxLength: 8 }))
  .map((text) =>
    text
      .replace(/[\0\r\n]/g, '')
      .replaceAll('{shard}', '')
      .toWellFormed(),
  );
const spec = fc
  .record({
    stage: fc.array(word, { minLength: 1, maxLength: 4 }),
    shards: fc.integer({ min: 1, max: 5 }),
    gpus: fc.nat(2),
    memory: fc.option(fc.integer({ min: 1, max: 2 ** 40 }), { nil: undefined }),
    seconds: fc.option(fc.integer({ min: 1, max: 10 ** 6 }), { nil: undefined }),
    parallel: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  })
  .map((change): JobSpec => ({ ...SPEC, ...change }));

test('Kubernetes: valid by the published schema and the rules of the API, and arguments arrive as they are', () => {
  fc.assert(
    fc.property(spec, fc.boolean(), (job, withClaim) => {
      const yaml = kubernetesJob(job, { image: 'example.org/rr:1', claim: withClaim ? 'rr-data' : undefined });
      PublishedJob.parse(parse(yaml));
      const { spec: made } = KubernetesJob.parse(parse(yaml));
      const [container] = made.template.spec.containers;
      // what Kubernetes makes of $(…) and $$(…)
      const expanded = container?.args.map((text) =>
        text.replace(/\$\$\(|\$\(JOB_COMPLETION_INDEX\)/g, (match) => (match === '$$(' ? '$(' : '3')),
      );
      expect(expanded).toEqual([...job.stage, '--shard', `3/${job.shards}`]);
      expect(made.completions).toBe(job.shards);
    }),
    { numRuns: 200 },
  );
  const args = parse(kubernetesJob(SPEC, { image: 'x', claim: undefined })).spec.template.spec.containers[0].args;
  expect(args).toContain('games.$(JOB_COMPLETION_INDEX).db');
});

test('the published schema refuses unknown fields, wrong types and missing ones', () => {
  const good = parse(kubernetesJob({ ...SPEC, gpus: 1, memory: 8e9, seconds: 60 }, { image: 'x', claim: 'c' }));
  const pod = (job: typeof good) => job.spec.template.spec;
  const broken = [
    (job: typeof good) => Object.assign(job.spec, { completionmode: 'Indexed' }),
    (job: typeof good) => Object.assign(job.spec, { completions: '4' }),
    (job: typeof good) => Object.assign(job.spec, { parallelism: 1.5 }),
    (job: typeof good) => delete job.spec.template,
    (job: typeof good) => delete pod(job).containers[0].name,
    (job: typeof good) => Object.assign(pod(job).containers[0], { arguments: [] }),
    (job: typeof good) => Object.assign(pod(job).containers[0].env[0], { value: 4 }),
    (job: typeof good) => Object.assign(pod(job).volumes[0], { persistentVolumeClaim: {} }),
    (job: typeof good) => Object.assign(job.spec.podFailurePolicy.rules[0].onExitCodes, { values: ['2'] }),
  ];
  expect(PublishedJob.safeParse(good).success).toBe(true);
  for (const breaking of broken) {
    const job = structuredClone(good);
    breaking(job);
    expect(PublishedJob.safeParse(job).success).toBe(false);
  }
});

test('the rules refuse what Kubernetes refuses', () => {
  const good = parse(kubernetesJob(SPEC, { image: 'x', claim: 'c' }));
  const broken = [
    (job: typeof good) => Object.assign(job.spec, { completionmode: 'Indexed' }),
    (job: typeof good) => Object.assign(job.spec, { completionMode: 'NonIndexed' }),
    (job: typeof good) => Object.assign(job.spec.podFailurePolicy.rules[0].onExitCodes, { values: [3, 2] }),
    (job: typeof good) => Object.assign(job.spec.podFailurePolicy.rules[0].onExitCodes, { containerName: 'other' }),
    (job: typeof good) => Object.assign(job.spec.template.spec, { restartPolicy: 'OnFailure' }),
    (job: typeof good) => Object.assign(job.metadata, { name: 'Not_A_Name' }),
  ];
  expect(KubernetesJob.safeParse(good).success).toBe(true);
  for (const change of broken) {
    const job = structuredClone(good);
    change(job);
    expect(KubernetesJob.safeParse(job).success).toBe(false);
  }
});

/** Runs a script whose `rr` prints its arguments, each ended by a NUL. */
async function heard(script: string, env: Readonly<Record<string, string>>): Promise<string[]> {
  const rrPath = join(folder, 'rr');
  writeFileSync(rrPath, '#!/bin/sh\nprintf "%s\\0" "$@"\n', { mode: 0o755 });
  const { stdout } = await run('bash', ['-c', script], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env.PATH}`, ...env },
  });
  return stdout.split('\0').slice(0, -1);
}

test('Slurm: a bash script, and arguments arrive as they are', async () => {
  for (const job of fc.sample(spec, 25)) {
    const script = slurmScript(job);
    expect(script).toMatch(/^#!\/bin\/bash\n(#SBATCH --[a-z-]+(=\S+)?\n)+\n/);
    const words = await heard(script, { SLURM_ARRAY_TASK_ID: '2' });
    expect(words).toEqual([...job.stage, '--shard', `2/${job.shards}`]);
  }
  expect(await heard(slurmScript(SPEC), { SLURM_ARRAY_TASK_ID: '2' })).toContain('games.2.db');
  const limits = slurmScript({ ...SPEC, seconds: 93_784, memory: 8e9, gpus: 1, parallel: 2 });
  for (const option of ['--time=1-02:03:04', '--mem=7630M', '--gpus=1', '--array=0-3%2', '--cpus-per-task=2']) {
    expect(limits).toContain(`#SBATCH ${option}\n`);
  }
});

test('GNU parallel: a shell takes each line apart into its words', async () => {
  for (const job of fc.sample(spec, 15)) {
    const lines = parallelScript(job).split('\n');
    const shards = lines.slice(lines.findIndex((line) => line.includes('<<')) + 1, -2);
    expect(shards).toHaveLength(job.shards);
    for (const [index, line] of shards.entries()) {
      expect(await heard(line, {})).toEqual([...job.stage, '--shard', `${index}/${job.shards}`]);
    }
  }
});

test('cron: the schedule is checked, percent signs are escaped', async () => {
  const once = { ...SPEC, shards: 1, stage: ['sync', 'pull', '100%', "it's"] };
  const line = cronLine(once, '*/30 8-18 * * mon,wed', folder);
  const [, command = ''] = /^\S+ \S+ \S+ \S+ \S+ (.*)\n$/.exec(line) ?? [];
  expect(command.replaceAll('\\%', '')).not.toContain('%');
  // what cron makes of it before it starts the shell
  await heard(command.replaceAll('\\%', '%'), {});
  const log = execFileSync('cat', [join(folder, 'rr-selfplay.log')], { encoding: 'utf8' });
  expect(log.split('\0').slice(0, -1)).toEqual([...once.stage, '--ok-codes', '4,75']);
  for (const every of ['* * * *', '@sometimes', '* * * * *\n* * * * * reboot', '* * * * * rm']) {
    expect(() => cronLine(once, every, folder)).toThrow('no crontab schedule');
  }
  expect(() => cronLine(SPEC, '@daily', folder)).toThrow('cron has no arrays');
});

test('a spec that cannot work is refused', () => {
  for (const change of [{ name: 'A b' }, { stage: [] }, { stage: ['x', '--shard', '1/2'] }, { stage: ['a\nb'] }]) {
    expect(() => checkSpec({ ...SPEC, ...change })).toThrow(expect.objectContaining({ exit: 2 }));
  }
});

test('the command: text as it is, a record on request, misspelt stages found at once', async () => {
  const stage = ['--', 'selfplay', '--config', 'hex8_2p', '--seed', '7'];
  const script = await rr(['jobs', 'emit', '--slurm', '--shards', '3', ...stage]);
  expect(script.stdout).toMatch(/^#!\/bin\/bash\n#SBATCH --job-name=rr-selfplay\n#SBATCH --array=0-2\n/);
  expect(script.stdout).toContain('rr selfplay --config hex8_2p --seed 7 --shard "$SLURM_ARRAY_TASK_ID"/3 &');
  const record = await rr(['jobs', 'emit', '--slurm', '--format', 'ndjson', ...stage]);
  expect(record.stdout.split('\n').map((line) => (line === '' ? '' : JSON.parse(line).type))).toEqual([
    ...['header', 'job', 'summary', ''],
  ]);
  expect(await rr(['jobs', 'emit', '--slurm', '--', 'selfpaly'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("did you mean 'selfplay'?"),
  });
  for (const args of [stage, ['--slurm', '--k8s', ...stage], ['--k8s', ...stage], ['--cron', ...stage], ['--slurm']]) {
    expect((await rr(['jobs', 'emit', ...args])).status).toBe(2);
  }
});
