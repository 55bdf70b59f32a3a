/** jobs.yaml: the commands that cron or another scheduler is to start here, and how often. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import { durationMs } from '../../core/duration.ts';
import { RrError } from '../../core/errors.ts';
import { missingFile, requireFile } from '../../io/missing-file.ts';
import { PACKAGE_ROOT } from '../../io/package-root.ts';
import { parseChecked } from '../hosts/yaml.ts';

export interface Job {
  readonly name: string;
  /** Words after `rr`; a run that begins with them is one of this job. */
  readonly command: readonly string[];
  /** Time between two starts, the longest a run may take, and how much later than that a start may be. Milliseconds. */
  readonly everyMs: number;
  readonly timeoutMs: number | undefined;
  readonly slackMs: number;
  /** Exit statuses that are no failure. */
  readonly okCodes: readonly number[];
}

/** Nothing to do, and try again later, are everyday answers of a schedule. */
const OK_CODES = [0, 4, 75];

const duration = z.string().transform((text, context) => {
  const ms = durationMs(text);
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue({ code: 'custom', message: `'${text}' is no length of time; write 90s, 30m, 2h or 7d` });
  return z.NEVER;
});

const command = z.union([z.string(), z.array(z.string())]).transform((value, context) => {
  const words = typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : value;
  if (words.length > 0 && (typeof value !== 'string' || !/["'\\]/.test(value))) return words;
  const message = words.length === 0 ? 'is empty' : 'holds quotes; write a list of words: [selfplay, --mix, "a b"]';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const settings = {
  command,
  every: duration,
  timeout: duration.optional(),
  slack: duration.optional(),
  'ok-codes': z.array(z.int().min(0).max(255)).optional(),
};
const JobsFile = z.strictObject({
  jobs: z.record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'is not a name'), z.strictObject(settings)),
});

/** The file that a command uses: what is named, else RR_JOBS, else jobs.yaml here. */
export const jobsPath = (named: string | undefined, env: NodeJS.ProcessEnv = process.env): string =>
  resolve(named || env.RR_JOBS || 'jobs.yaml');

/** @throws RrError FILE_NOT_FOUND, CONFIG_INVALID, CONFIG_UNKNOWN_KEY (both with the line) */
export function loadJobs(path: string): Job[] {
  if (!existsSync(path)) {
    const missing = missingFile(path);
    if (missing.code === 'NO_PERMISSION') throw missing;
    const hint = `; copy ${join(PACKAGE_ROOT, 'config', 'jobs.example.yaml')} there, or name another with --jobs FILE`;
    throw new RrError('FILE_NOT_FOUND', { path, hint });
  }
  requireFile(path);
  return parseJobs(readFileSync(path, 'utf8'), path);
}

export function parseJobs(text: string, path: string): Job[] {
  const keysAt = (at: readonly (string | number)[]): string[] => (at.length === 0 ? ['jobs'] : Object.keys(settings));
  const { value } = parseChecked(text, basename(path), JobsFile, keysAt);
  return Object.entries(value.jobs).map(([name, job]) => ({
    ...{ name, command: job.command, everyMs: job.every, timeoutMs: job.timeout },
    slackMs: job.slack ?? Math.max(job.every / 2, 60_000),
    okCodes: job['ok-codes'] ?? OK_CODES,
  }));
}
