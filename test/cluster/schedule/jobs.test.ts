import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Job, loadJobs, parseJobs } from '../../../src/cluster/schedule/jobs-file.ts';
import { standingOf } from '../../../src/cluster/schedule/standing.ts';
import { startOf, thisProcess } from '../../../src/state/store/machine.ts';
import type { RunInfo } from '../../../src/state/store/runs.ts';
import { REPO_ROOT } from '../../run.ts';

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;

test('the documented example is valid', () => {
  const jobs = parseJobs(readFileSync(join(REPO_ROOT, 'config/jobs.example.yaml'), 'utf8'), 'jobs.yaml');
  expect(jobs).toEqual([
    {
      ...{ name: 'loop', command: ['loop', '--config', 'hex8_2p', '--if-new', '200'], okCodes: [0, 3, 4, 75] },
      ...{ everyMs: 60 * MINUTE, timeoutMs: 240 * MINUTE, slackMs: 15 * MINUTE },
    },
    {
      ...{ name: 'pull', command: ['sync', 'pull'], okCodes: [0, 4, 75] },
      ...{ everyMs: 15 * MINUTE, timeoutMs: undefined, slackMs: 7.5 * MINUTE },
    },
  ]);
});

test.each([
  ['jobs:\n  a: {command: loop, evry: 1h}\n', "jobs.yaml:2: unknown key 'jobs.a.evry' (did you mean 'every'?)"],
  ['jobs:\n  a: {command: loop, every: hourly}\n', "jobs.a.every: 'hourly' is no length of time"],
  ['jobs:\n  a: {command: loop, every: 0s}\n', "'0s' is no length of time"],
  ['jobs:\n  a: {command: " ", every: 1h}\n', 'jobs.a.command: is empty'],
  ['jobs:\n  a: {command: "selfplay --mix \'a b\'", every: 1h}\n', 'holds quotes'],
  ['jobs:\n  a: {every: 1h}\n', 'jobs.a.command'],
  ['jobs:\n  A b: {command: loop, every: 1h}\n', 'jobs.A b'],
  ['jobs: [', 'jobs.yaml:1'],
])('%j is refused with its line', (text, message) => {
  expect(() => parseJobs(text, '/x/jobs.yaml')).toThrow(message);
});

test('a missing file names the remedy', () => {
  expect(() => loadJobs('/nowhere/jobs.yaml')).toThrow(/jobs\.example\.yaml there, or name another with --jobs/);
});

const LOOP: Job = {
  ...{ name: 'loop', command: ['loop', '--config', 'hex8_2p'], okCodes: [0, 4] },
  ...{ everyMs: 60 * MINUTE, timeoutMs: 240 * MINUTE, slackMs: 15 * MINUTE },
};

const run = (startedAgo: number, rest: Partial<RunInfo> = {}): RunInfo => ({
  ...{ run_id: `r${startedAgo}`, command: 'loop', config: null, host: hostname(), boot_id: thisProcess().bootId },
  ...{ pid: process.pid, process_start: startOf(process.pid) ?? null, trace: null, detail: '{}' },
  argv: JSON.stringify(['loop', '--config', 'hex8_2p', '--ok-codes', '4,75']),
  ...{
    started_at: NOW - startedAgo,
    heartbeat_at: NOW - startedAgo + 1000,
    ended_at: NOW - startedAgo + 2000,
    exit: 0,
  },
  ...rest,
});
const atWork = { ended_at: null, exit: null };

test.each<[string, RunInfo[], string[]]>([
  ['in time', [run(100 * MINUTE), run(40 * MINUTE)], []],
  ['late but within the slack', [run(74 * MINUTE)], []],
  ['late', [run(76 * MINUTE)], ['late: the last start was 76 min ago, it should start every 60 min']],
  ['never', [], ['late: it has not run here yet, though it should every 60 min']],
  [
    'of another job',
    [run(40 * MINUTE, { argv: '["loop","--config","square8_2p"]' }), run(40 * MINUTE, { argv: '["loop"]' })],
    ['late: it has not run here yet, though it should every 60 min'],
  ],
  ['an answer that is none of the good ones', [run(40 * MINUTE, { exit: 5 })], ['failing: the last run ended with 5']],
  [
    'three failures in a row',
    [run(170 * MINUTE), ...[120, 70, 10].map((ago) => run(ago * MINUTE, { exit: 78 }))],
    ['failing: the last run ended with 78, the 3 last ones did not end well'],
  ],
  [
    'lost',
    [run(40 * MINUTE, { ...atWork, boot_id: 'another/pid:[1]' })],
    ['failing: the last run was killed, or its machine went down'],
  ],
  ['at work for long', [run(200 * MINUTE, atWork)], []],
  ['at work too long', [run(241 * MINUTE, atWork)], ['stuck: at work for 4 h, longer than 4 h']],
  [
    'twice at once',
    [run(61 * MINUTE, atWork), run(MINUTE, { ...atWork, run_id: 'b' })],
    ['overlapping: 2 runs are at work'],
  ],
])('%s', (_, runs, problems) => {
  expect(standingOf(LOOP, runs, NOW).problems).toEqual(problems);
});
