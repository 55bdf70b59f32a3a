/**
 * Kills a writing process at random instants and checks the file each time. Also a program:
 * `node test/games/store/kill-store.ts 200`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { GameStore } from '../../../src/games/store/store.ts';

export interface KillReport {
  kills: number;
  /** Kills that hit the process while it was writing. */
  working: number;
  acknowledged: number;
  stored: number;
  lost: number;
  twice: number;
}

/** Ids that a writer may still report before it is killed. */
const MAX_REPORTED = 40;

/**
 * One file, `count` writers in turn. Three of four are killed a moment after a random number of reports, so that they are
 * at work on any machine; each fourth at a random instant of its start.
 */
export async function killWriters(count: number): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'rr-kill-'));
  const path = join(folder, 'games.db');
  const acknowledged = new Set<string>();
  const report: KillReport = { kills: 0, working: 0, acknowledged: 0, stored: 0, lost: 0, twice: 0 };
  for (let run = 0; run < count; run++) {
    // writers start again from what is known to be safe, as --resume does, so that games repeat
    const from = Math.floor(acknowledged.size / 5) * 5;
    const child = spawn(process.execPath, [join(import.meta.dirname, 'append-child.ts'), path, String(from)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const wanted = Math.floor(Math.random() * MAX_REPORTED);
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (output.split('\n').length > wanted) resolve();
    });
    if (run % 4 > 0) await enough;
    await setTimeout(Math.random() * (run % 4 > 0 ? 20 : 150));
    child.kill('SIGKILL');
    await once(child, 'close');
    const lines = output.split('\n').slice(1, -1);
    report.kills++;
    if (lines.length > 0) report.working++;
    for (const id of lines) acknowledged.add(id);
    const store = GameStore.open(path);
    const stored = [...store.games()].map((game) => game.game_id);
    store.check();
    store.close();
    const present = new Set(stored);
    report.stored = stored.length;
    report.twice += stored.length - present.size;
    report.lost += [...acknowledged].filter((id) => !present.has(id)).length;
  }
  report.acknowledged = acknowledged.size;
  rmSync(folder, { recursive: true, force: true });
  return report;
}

if (import.meta.main) console.log(JSON.stringify(await killWriters(Number(process.argv[2] ?? 200))));
