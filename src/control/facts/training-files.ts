/** Training files tell that games were exported. */
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { openNpz } from '../../io/npz/reader.ts';
import type { DataPaths } from '../../io/paths.ts';
import { type Event, makeEvent } from '../../state/store/event.ts';
import type { StateStore } from '../../state/store/store.ts';

/** Files that were looked at, with their size and time: reading one again costs more than remembering. */
const CURSOR = 'facts/training-files';
const Seen = z.record(z.string(), z.string());

export interface TrainingFileEvents {
  readonly events: readonly Event[];
  readonly remember: () => Promise<void>;
}

/** Of files without checksums, or that cannot be read, nothing is said. */
export async function trainingFileEvents(
  { trainingFolder }: DataPaths,
  { cursors }: StateStore,
): Promise<TrainingFileEvents> {
  const before = Seen.catch({}).parse(JSON.parse((await cursors.get(CURSOR)) ?? '{}'));
  const now: Record<string, string> = {};
  const events: Event[] = [];
  const isFolder = statSync(trainingFolder, { throwIfNoEntry: false })?.isDirectory() === true;
  for (const name of isFolder ? readdirSync(trainingFolder).sort() : []) {
    if (!name.endsWith('.npz')) continue;
    const path = join(trainingFolder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    now[name] = `${stat.size}:${stat.mtimeMs}`;
    if (before[name] === now[name]) continue;
    const facts = await factsOf(path).catch(() => undefined);
    if (facts === undefined) continue;
    events.push(
      makeEvent({
        type: 'npz_exported',
        at: Math.floor(stat.mtimeMs),
        host: hostname(),
        facts: { ...facts, file: name },
      }),
    );
  }
  const text = JSON.stringify(now);
  const remember = async (): Promise<void> => {
    if (text !== JSON.stringify(before)) await cursors.set(CURSOR, text);
  };
  return { events, remember };
}

async function factsOf(path: string): Promise<{ digest: string; samples: number } | undefined> {
  const npz = await openNpz(path);
  try {
    const checksums = await npz.checksums();
    if (checksums === undefined) return undefined;
    const lines = [...checksums].map(([name, checksum]) => `${name} ${checksum}`).sort();
    const digest = createHash('sha256').update(lines.join('\n')).digest('hex');
    const { shape } = await npz.header('features');
    return { digest, samples: shape[0] ?? 0 };
  } finally {
    npz.close();
  }
}
