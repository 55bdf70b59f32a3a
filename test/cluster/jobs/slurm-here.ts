/** A real Slurm with one node on this machine, for the tests that need one. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { freePort } from '../cluster.ts';

const PROGRAMS = ['/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/sbin/munged', '/usr/bin/sbatch'];
export const hasSlurm =
  process.getuid?.() === 0 && PROGRAMS.every((file) => existsSync(file)) && availableParallelism() > 1;
if (!hasSlurm) {
  console.log(
    'skipped: Slurm needs root, two cores and the packages slurm-wlm and munge (apt-get install slurm-wlm munge)',
  );
}

const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children.reverse()) {
    child.kill('SIGTERM');
    await Promise.race([new Promise((resolve) => child.once('exit', resolve)), sleep(5000)]);
    child.kill('SIGKILL');
  }
});

export interface Slurm {
  /** Runs a client program and returns its stdout. */
  readonly client: (program: string, ...args: string[]) => string;
  /** What a program needs in its environment to find this Slurm. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts munge and a one-node Slurm below `folder`. */
export async function startSlurm(folder: string): Promise<Slurm> {
  const conf = join(folder, 'slurm.conf');
  // two tests may each have one; munge must be able to write there
  const place = join('/run/munge', basename(folder));
  const socket = `${place}.socket`;
  const here = hostname().split('.')[0] ?? 'localhost';
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
  const settings = {
    ClusterName: 'rrtest',
    SlurmctldHost: `${here}(127.0.0.1)`,
    SlurmctldPort: await freePort(),
    SlurmdPort: await freePort(),
    SlurmUser: 'root',
    SlurmdUser: 'root',
    AuthType: 'auth/munge',
    AuthInfo: `socket=${socket},cred_expire=5`,
    CredType: 'cred/munge',
    StateSaveLocation: join(folder, 'state'),
    SlurmdSpoolDir: join(folder, 'spool'),
    SlurmctldPidFile: join(folder, 'ctld.pid'),
    SlurmdPidFile: join(folder, 'd.pid'),
    SlurmctldLogFile: join(folder, 'ctld.log'),
    SlurmdLogFile: join(folder, 'd.log'),
    ProctrackType: 'proctrack/linuxproc',
    TaskPlugin: 'task/none',
    SelectType: 'select/cons_tres',
    SelectTypeParameters: 'CR_Core',
    SchedulerParameters: 'sched_interval=1,batch_sched_delay=0',
    ReturnToService: 2,
    KillWait: 5,
    MpiDefault: 'none',
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  const cores = availableParallelism();
  lines.push(`NodeName=${here} NodeAddr=127.0.0.1 CPUs=${cores} RealMemory=1000 State=UNKNOWN`);
  lines.push(`PartitionName=all Nodes=${here} Default=YES MaxTime=INFINITE State=UP`);
  writeFileSync(conf, `${lines.join('\n')}\n`);
  mkdirSync('/run/munge', { recursive: true });
  execFileSync('chown', ['munge:', '/run/munge']);
  const env = { ...process.env, SLURM_CONF: conf };
  const daemon = (file: string, args: readonly string[]): void => {
    children.push(spawn(file, args, { env, stdio: 'ignore' }));
  };
  daemon('/usr/sbin/runuser', [
    ...['-u', 'munge', '--', '/usr/sbin/munged', '--foreground', '--force', `--socket=${socket}`],
    ...[`--pid-file=${place}.pid`, `--log-file=${place}.log`, `--seed-file=${place}.seed`],
  ]);
  await until(() => existsSync(socket));
  daemon('/usr/sbin/slurmctld', ['-D', '-f', conf]);
  daemon('/usr/sbin/slurmd', ['-D', '-f', conf, '-N', here]);
  const client = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { env, encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  await until(() => {
    try {
      return /idle/.test(client('sinfo', '-h', '-o', '%T'));
    } catch {
      return false;
    }
  });
  return { client, env: { SLURM_CONF: conf } };
}

export async function until(ready: () => boolean, seconds = 120): Promise<void> {
  for (const start = performance.now(); performance.now() - start < seconds * 1000; ) {
    if (ready()) return;
    await sleep(200);
  }
  throw new Error('waited in vain');
}

/** Whether a process with these words among its arguments runs. */
export const runs = (...words: string[]): boolean =>
  readdirSync('/proc').some((name) => {
    try {
      const args = readFileSync(join('/proc', name, 'cmdline'), 'utf8').split('\0');
      return words.every((word) => args.includes(word));
    } catch {
      return false;
    }
  });
