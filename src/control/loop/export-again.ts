/** A training file that has become unreadable is made again from the games that it was made from. */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { readingOf } from '../../games/databases/arrivals.ts';
import { writeFileAtomic } from '../../io/atomic.ts';
import { openNpz } from '../../io/npz/reader.ts';
import { type RoundFolder, roundFolder } from '../round/round-folder.ts';
import type { LoopOptions } from './loop.ts';

/** Times that one training may have its files made again; a disk that keeps destroying them needs a person. */
const MAX_TRIES = 3;
const triesSchema = z.object({ tries: z.int().min(0) });

export interface Hooks {
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/**
 * Exports again those files of a round's window that cannot be read. False when there is none, when it was tried too often, or
 * when the games are no longer there: the failure stands then.
 */
export async function exportAgain(options: LoopOptions, folder: RoundFolder, hooks: Hooks): Promise<boolean> {
  const { paths, config } = options;
  const { earlierFiles, number } = folder.facts();
  const files = [...earlierFiles, folder.places(paths, config, number).training];
  const corrupt: string[] = [];
  for (const file of files) if (await isCorrupt(file)) corrupt.push(file);
  if (corrupt.length === 0) return false;
  const note = folder.file('export-again.json');
  const tries = existsSync(note) ? triesSchema.parse(JSON.parse(readFileSync(note, 'utf8'))).tries : 0;
  if (tries >= MAX_TRIES) return false;
  await writeFileAtomic(note, `${JSON.stringify({ tries: tries + 1 })}\n`);
  for (const file of corrupt) if (!(await again(options, file, hooks))) return false;
  return true;
}

async function isCorrupt(path: string): Promise<boolean> {
  try {
    const npz = await openNpz(path);
    try {
      await npz.verify();
      return false;
    } finally {
      npz.close();
    }
  } catch (error) {
    if (error instanceof RrError && (error.exit === 5 || error.code === 'FILE_NOT_FOUND')) return true;
    throw error;
  }
}

async function again({ paths, config, executor }: LoopOptions, file: string, hooks: Hooks): Promise<boolean> {
  const [, number] = /-round-(\d+)\.npz$/.exec(basename(file)) ?? [];
  if (number === undefined) return false;
  const folder = roundFolder(paths, config, Number(number));
  const command = folder.done('export')?.command;
  const read = folder.done('export')?.read;
  if (command === undefined || read === undefined) return false;
  if ((await readingOf(paths.games(config.key)))?.store !== read.store) {
    hooks.onLine(`${file} cannot be made again: the database is not the one that it was exported from`);
    return false;
  }
  hooks.onLine(`${file} cannot be read; exporting it again`);
  const exit = await executor.run('export', {
    args: exactArguments(command, folder.facts().read?.until ?? 0, read.until),
    records: folder.file('export-again.ndjson'),
    log: folder.file('export-again.log'),
    running: folder.file('running'),
    ...hooks,
  });
  return exit === 0;
}

/** The arguments of an export, without `rr`, ending where it ended: games that came later belong to later rounds. */
export function exactArguments(command: readonly string[], after: number, until: number): string[] {
  const [, ...args] = command;
  const at = args.indexOf('--arrived');
  const others = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)];
  return [...others, '--arrived', `${after + 1}..${until}`];
}
