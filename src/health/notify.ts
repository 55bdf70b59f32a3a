/** Tells a program of the user's about findings that are new: once each, until they have gone and come back. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { RrError } from '../core/errors.ts';
import type { StateStore } from '../state/store/store.ts';
import type { Finding } from './check.ts';

const CURSOR = 'doctor/told';
const Told = z.array(z.string());

/** Longest time that the program may take. Milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Starts `command` (words, no shell) for every broken finding that it has not been told of, the finding as a line of JSON on
 * its stdin. What it could not be told is told the next time. Returns how many it was told of.
 * @throws RrError NOTIFY_FAILED when the program cannot be started or fails
 */
export async function notifyOf(
  findings: readonly Finding[],
  command: readonly string[],
  { cursors }: StateStore,
): Promise<number> {
  const broken = new Map(findings.filter(({ status }) => status === 'broken').map((one) => [idOf(one), one]));
  const before = Told.catch([]).parse(JSON.parse((await cursors.get(CURSOR)) ?? '[]'));
  // a finding that has gone is forgotten, so that it counts as new when it comes back
  const told = before.filter((id) => broken.has(id));
  const keep = (): Promise<void> => cursors.set(CURSOR, JSON.stringify(told));
  await keep();
  let count = 0;
  for (const [id, finding] of broken) {
    if (told.includes(id)) continue;
    await tell(command, finding);
    told.push(id);
    await keep();
    count++;
  }
  return count;
}

/** What was found changes with every look (ages, sizes); which check it is does not. */
const idOf = ({ check, found }: Finding): string =>
  createHash('sha256')
    .update(`${check}\n${found.split(':')[0] ?? ''}`)
    .digest('hex');

async function tell(command: readonly string[], finding: Finding): Promise<void> {
  const { execa } = await import('execa');
  const [file = '', ...args] = command;
  const result = await execa(file, args, {
    ...{ input: `${JSON.stringify(finding)}\n`, timeout: PATIENCE_MS, reject: false, maxBuffer: 2 ** 16 },
  });
  if (!result.failed) return;
  const { shortMessage = 'failed' } = result as { shortMessage?: string };
  throw new RrError('NOTIFY_FAILED', { command: file, detail: shortMessage.split('\n')[0] ?? 'failed' });
}
