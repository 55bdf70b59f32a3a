/**
 * Kills a training at random instants, continues it each time, and compares its weights with those of one that ran
 * through. Also a program: `node test/train/learn/kill-training.ts 20`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { temporaryFolder } from './setup.ts';

export interface KillReport {
  /** Kills that ended a training before it was done. */
  readonly kills: number;
  /** Kills that hit while steps were taken, rather than before the first. */
  readonly working: number;
  /** SHA-256 of the weights of the training that was killed, and of the one that was not. */
  readonly killed: string;
  readonly uninterrupted: string;
}

/** A new training whenever the last one got to its end, until `count` of them were killed; the last one runs through. */
export async function killTrainings(count: number): Promise<KillReport> {
  const whole = await trainOnce();
  const hashes = new Set<string>();
  let kills = 0;
  let working = 0;
  while (kills < count) {
    const folder = temporaryFolder();
    for (;;) {
      const after = kills < count ? Math.random() * whole.ms : undefined;
      const { hash, started } = await child(folder, after);
      if (hash !== undefined) {
        hashes.add(hash);
        break;
      }
      kills++;
      if (started) working++;
    }
    rmSync(folder, { recursive: true });
  }
  return { kills, working, killed: [...hashes].join(), uninterrupted: whole.hash };
}

async function trainOnce(): Promise<{ hash: string; ms: number }> {
  const folder = temporaryFolder();
  const { hash = 'none', trainedMs } = await child(folder);
  rmSync(folder, { recursive: true });
  return { hash, ms: trainedMs };
}

/** @param killAfter milliseconds after the first step becomes possible */
async function child(
  folder: string,
  killAfter?: number,
): Promise<{ hash?: string; started: boolean; trainedMs: number }> {
  const process_ = spawn(process.execPath, [join(import.meta.dirname, 'train-child.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let startedMs = 0;
  const ready = new Promise<void>((resolve) => {
    process_.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      startedMs ||= performance.now();
      resolve();
    });
  });
  const closed = once(process_, 'close');
  await Promise.race([ready, closed]);
  if (killAfter !== undefined) {
    await Promise.race([setTimeout(killAfter), closed]);
    process_.kill('SIGKILL');
  }
  await closed;
  const hash = /^done (\w+)$/m.exec(output)?.[1];
  return { started: output !== '', trainedMs: performance.now() - startedMs, ...(hash !== undefined && { hash }) };
}

if (import.meta.main) {
  const report = await killTrainings(Number(process.argv[2] ?? 20));
  console.log(JSON.stringify(report));
  process.exitCode = report.killed === report.uninterrupted ? 0 : 1;
}
