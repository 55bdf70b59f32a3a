/** Schedules of machines: every line is a command that exists, and its run is one that doctor --jobs looks for. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseJobs } from '../../../src/cluster/schedule/jobs-file.ts';
import { ROLES, type Role, scheduleOf, wordsOf } from '../../../src/cluster/schedule/roles.ts';
import { SCHEDULERS, scheduleText } from '../../../src/cluster/schedule/write.ts';
import { resolveCommand } from '../../../src/commands/cli/resolve.ts';
import { COMMANDS } from '../../../src/commands/table.ts';
import { temporaryFolder } from '../../io/folder.ts';

const folder = temporaryFolder();
const OPTIONS = { rr: ['/opt/my rr/bin/rr'], folder: '/srv/a b%c', image: 'rr:1', claim: 'rr-data' };
const of = (role: Role) => scheduleOf(role, { config: 'square8_3p', textfile: '/var/lib/x.prom' });

describe.each(ROLES)('%s', (role) => {
  const schedule = of(role);

  test('every job is a command with flags that it has', async () => {
    for (const { command, name } of schedule.jobs) {
      const request = resolveCommand(command, COMMANDS);
      if (request.kind !== 'command') throw new Error(`${name}: ${command.join(' ')}`);
      const { default: Command } = await request.entry.load();
      const known = Object.keys({ ...Command.baseFlags, ...Command.flags });
      const flags = command.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
      expect(known, name).toEqual(expect.arrayContaining(flags));
    }
  });

  test('jobs.yaml names what the other forms start', () => {
    const jobs = parseJobs(scheduleText(schedule, 'jobs-file', OPTIONS), 'jobs.yaml');
    expect(jobs.map(({ command }) => command)).toEqual(schedule.jobs.map(({ command }) => [...command]));
    for (const [index, job] of schedule.jobs.entries())
      expect(wordsOf(job).slice(0, jobs[index]?.command.length)).toEqual(jobs[index]?.command);
  });

  test('CronJobs with the fields that Kubernetes wants', () => {
    const objects = parseAllDocuments(scheduleText(schedule, 'k8s', OPTIONS)).map((document) => document.toJS());
    expect(objects.map(({ kind, apiVersion, spec }) => [kind, apiVersion, spec.concurrencyPolicy])).toEqual(
      schedule.jobs.map(() => ['CronJob', 'batch/v1', 'Forbid']),
    );
    for (const { spec } of objects) {
      expect(spec.schedule).toMatch(/^[\d*/-]+ [\d*]+ \* \* [\d*]$/);
      expect(spec.jobTemplate.spec.template.spec.containers[0].command).toEqual(['/opt/my rr/bin/rr']);
    }
  });

  test.each(SCHEDULERS)('%s holds every job with the reason for it', (scheduler) => {
    const text = scheduleText(schedule, scheduler, OPTIONS);
    if (scheduler !== 'k8s') for (const { why } of schedule.jobs) expect(text).toContain(why);
    for (const { name } of schedule.jobs) expect(text).toContain(name);
  });
});

test('a crontab line survives cron and the shell', () => {
  const [line = ''] = scheduleText(of('hub'), 'cron', OPTIONS)
    .split('\n')
    .filter((one) => one.startsWith('*/15'));
  // cron takes a backslash before a percent sign away
  const command = line
    .split(' ')
    .slice(5)
    .join(' ')
    .replaceAll('\\%', '%')
    .replace(/ >> .*/, '');
  const shown = command.replace(/^cd (.*) && /, "printf '%s\\n' $1 ");
  const { stdout } = spawnSync('sh', ['-c', shown], { encoding: 'utf8' });
  expect(stdout.trim().split('\n')).toEqual([
    ...['/srv/a b%c', '/opt/my rr/bin/rr', 'sync', 'pull', '--kind', 'games,results,events'],
    ...['--since', 'last', '--ok-codes', '4,75'],
  ]);
});

const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!analyze) console.log('skipped: no systemd-analyze');

test.skipIf(!analyze)('systemd finds nothing wrong with units and times', () => {
  const units = join(folder, 'units');
  mkdirSync(units);
  mkdirSync(join(folder, 'a b'));
  const text = scheduleText(of('hub'), 'systemd', {
    ...OPTIONS,
    rr: ['/bin/true', 'a "b" $HOME 100%'],
    folder: join(folder, 'a b'),
  });
  const files = text.split(/^# \/etc\/systemd\/system\//m).slice(1);
  expect(files).toHaveLength(2 * of('hub').jobs.length);
  const names = files.map((file) => {
    const [name = '', ...lines] = file.split('\n');
    writeFileSync(join(units, name), lines.join('\n'));
    return join(units, name);
  });
  const { stdout, stderr, status } = spawnSync('systemd-analyze', ['verify', ...names], { encoding: 'utf8' });
  const said = `${stdout}${stderr}`.split('\n').filter((line) => line.includes(units));
  expect(said).toEqual([]);
  expect([0, 1]).toContain(status);
  for (const [, when = ''] of text.matchAll(/^OnCalendar=(.*)$/gm)) {
    expect(spawnSync('systemd-analyze', ['calendar', when]).status, when).toBe(0);
  }
});
