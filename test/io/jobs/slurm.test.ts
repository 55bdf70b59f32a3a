/** A real Slurm on this machine runs what `rr jobs emit --slurm` prints. Skipped with a line where there is none. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { mergeStores } from '../../../src/io/db/store/merge.ts';
import { GameStore } from '../../../src/io/db/store/store.ts';
import { RR, rr } from '../../run.ts';
import { temporaryFolder } from '../folder.ts';
import { freePort } from '../remote/cluster.ts';

const PROGRAMS = ['/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/sbin/munged', '/usr/bin/sbatch'];
const hasSlurm = process.getuid?.() === 0 && PROGRAMS.every((file) => existsSync(file)) && availableParallelism() > 1;
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

/** Starts munge and a one-node Slurm below `folder`; returns a function that runs its client programs. */
async function startSlurm(folder: string): Promise<(program: string, ...args: string[]) => string> {
  const conf = join(folder, 'slurm.conf');
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
    AuthInfo: `socket=${join('/run/munge', 'rr-test.socket')},cred_expire=5`,
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
    ...['-u', 'munge', '--', '/usr/sbin/munged', '--foreground', '--force', '--socket=/run/munge/rr-test.socket'],
    ...[
      '--pid-file=/run/munge/rr-test.pid',
      '--log-file=/run/munge/rr-test.log',
      '--seed-file=/run/munge/rr-test.seed',
    ],
  ]);
  await until(() => existsSync('/run/munge/rr-test.socket'));
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
  return client;
}

async function until(ready: () => boolean, seconds = 120): Promise<void> {
  for (const start = performance.now(); performance.now() - start < seconds * 1000; ) {
    if (ready()) return;
    await sleep(200);
  }
  throw new Error('waited in vain');
}

/** Whether a process with these words among its arguments runs. */
const runs = (...words: string[]): boolean =>
  readdirSync('/proc').some((name) => {
    try {
      const args = readFileSync(join('/proc', name, 'cmdline'), 'utf8').split('\0');
      return words.every((word) => args.includes(word));
    } catch {
      return false;
    }
  });

test.skipIf(!hasSlurm)(
  'an array of four shards, one killed and queued again, is one serial run',
  { timeout: 400_000 },
  async () => {
    const folder = temporaryFolder();
    const client = await startSlurm(folder);
    const play = ['selfplay', '--config', 'hex8_2p', '--engine', 'heuristic', '--games', '40', '--seed', '7'];
    const stage = [...play, '--workers', '1', '--out', join(folder, 'shard.{shard}.db'), '--resume'];
    const emit = ['jobs', 'emit', '--slurm', '--shards', '4', '--rr', process.execPath, '--rr', RR, '--', ...stage];
    const script = join(folder, 'array.sh');
    writeFileSync(script, (await rr(emit)).stdout);
    const id = client('sbatch', '--parsable', script).trim();
    // a shard that is at work is thrown out, as a preemption would
    await until(() => runs('--shard', '1/4'));
    client('scontrol', 'requeue', `${id}_1`);
    await until(() => client('squeue', '-h', '-j', id).trim() === '', 300);

    const merged = GameStore.open(join(folder, 'merged.db'));
    for (let shard = 0; shard < 4; shard++) {
      const part = await GameStore.openReadOnly(join(folder, `shard.${shard}.db`));
      mergeStores(merged, part);
      part.close();
    }
    const serial = join(folder, 'serial.db');
    expect((await rr([...play, '--out', serial])).status).toBe(0);
    const whole = await GameStore.openReadOnly(serial);
    const moves = (store: GameStore): string[] =>
      [...store.games()].map((game) => `${game.game_index} ${Buffer.from(game.moves).toString('hex')}`).sort();
    expect(moves(merged)).toEqual(moves(whole));
    expect(merged.count()).toBe(40);
    whole.close();
    merged.close();
  },
);
