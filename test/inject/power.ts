/** Power cuts at every point of a command that ran to its end: each leaves files that open, with what was told by then. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Injector } from './kill.ts';
import { Disk, readLog, type Spared } from './replay.ts';
import { lossesIn } from './told.ts';

export interface PowerReport {
  readonly command: string;
  /** Recorded calls; the power is cut after each. */
  readonly calls: number;
  /** Different states of the disk that were looked at. */
  readonly states: number;
  readonly problems: readonly string[];
}

/** Stdout of the command, a file of the folder so that its writes are among the others. */
const TOLD = 'told.ndjson';
/** Calls after which such a cut leaves something else than before. */
const CHANGES: Readonly<Record<Spared, ReadonlySet<string>>> = {
  synced: new Set(['sync']),
  'synced and names': new Set(['sync', 'create', 'mkdir', 'rename', 'link', 'unlink']),
  everything: new Set(['write', 'truncate', 'create', 'mkdir', 'rename', 'link', 'unlink']),
};

/** @param folder for states of the disk, one at a time */
export async function cutPower(injector: Injector, name: string, folder: string): Promise<PowerReport> {
  const whole = await injector.whole(name);
  return injector.inCopy(name, async (copy) => {
    writeFileSync(join(copy, TOLD), '');
    const disk = new Disk(copy);
    const log = `${copy}.log`;
    const { status, stderr } = await injector.record(copy, name, log, TOLD);
    if (status !== whole.status) throw new Error(`${name}: ${status} ${stderr}`);
    const calls = readLog(log);
    const problems: string[] = [];
    let states = 0;
    for (const [index, call] of calls.entries()) {
      disk.apply(call);
      const hasTold = call.path === TOLD;
      for (const spared of Object.keys(CHANGES) as Spared[]) {
        if (!hasTold && !CHANGES[spared].has(call.word)) continue;
        rmSync(folder, { recursive: true, force: true });
        disk.writeTo(folder, spared);
        rmSync(join(folder, TOLD), { force: true });
        states++;
        const losses = await lossesIn(folder, disk.text(TOLD), whole.contents);
        problems.push(...losses.map((loss) => `after call ${index + 1}, ${spared}: ${loss}`));
      }
    }
    rmSync(folder, { recursive: true, force: true });
    rmSync(log);
    return { command: name, calls: calls.length, states, problems };
  });
}
