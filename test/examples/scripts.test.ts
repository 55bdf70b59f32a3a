/** The example scripts that learn, judge and run for long: as they stand, with small amounts and low bars. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/table.ts';
import { temporaryFolder } from '../io/folder.ts';
import { cleanEnvironment, REPO_ROOT, RR, run } from '../run.ts';

const EXAMPLES = join(REPO_ROOT, 'examples');
const folder = temporaryFolder();

mkdirSync(join(folder, 'bin'));
writeFileSync(join(folder, 'bin', 'rr'), `#!/bin/sh\nexec "${process.execPath}" "${RR}" "$@"\n`);
chmodSync(join(folder, 'bin', 'rr'), 0o755);
const env = {
  PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
  ...{ GAMES: '24', EPOCHS: '1', JUDGED: '4', BUDGET: '4' },
};

/** A folder to run in, where every model is good enough. */
function place(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'rr.yaml'), LOW_BARS);
  return path;
}
const LOW_BARS = `promotion:
  random-win-rate: {2p: 0, 4p: 0}
  random-floor: {2p: 0, 4p: 0}
  heuristic-win-rate: {2p: 0, 4p: 0}
  heuristic-floor: {2p: 0, 4p: 0}
  min-games: {2p: 1, 4p: 1}
`;
const SMALL_LOOP = [
  ...['--rounds', '1', '--bootstrap-games', '24', '--epochs', '1', '--opponents', 'random,heuristic'],
  ...['--gauntlet-games', '4', '--gauntlet-budget', '4'],
];

const example = (name: string, cwd: string, ...args: string[]) =>
  run('/bin/sh', [join(EXAMPLES, name), ...args], { cwd, env });

const scripts = readdirSync(EXAMPLES).filter((name) => name.endsWith('.sh'));

it.each(scripts)('%s is for any POSIX shell', async (name) => {
  expect(readFileSync(join(EXAMPLES, name), 'utf8')).toMatch(/^#!\/bin\/sh\n# .*[\s\S]*\nset -eu\n/);
  expect(await run('/bin/sh', ['-n', join(EXAMPLES, name)])).toMatchObject({ status: 0, stderr: '' });
});

it('from nothing to a promoted model, killed on the way', async () => {
  const cwd = place('bootstrap');
  const args = ['hex8_2p', ...SMALL_LOOP];
  const child = spawn('/bin/sh', [join(EXAMPLES, 'bootstrap.sh'), ...args], {
    cwd,
    env: cleanEnvironment(env),
    stdio: 'ignore',
    detached: true,
  });
  const round = join(cwd, 'runs', 'hex8_2p', 'round-0001');
  while (!existsSync(join(round, 'export.json')) && child.exitCode === null) await sleep(20);
  process.kill(-(child.pid ?? Number.NaN), 'SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');

  const cleaned = await example('after-a-crash.sh', cwd, 'hex8_2p');
  expect(cleaned).toMatchObject({ status: 0, stderr: '' });
  expect(cleaned.stdout).toMatch(/"check":"leftovers","status":"ok"/);
  expect(cleaned.stdout).toMatch(/"state":"done"/);

  const { status, stdout } = await example('bootstrap.sh', cwd, ...args);
  expect(status).toBe(0);
  expect(stdout).toContain('"check":"provider cpu","status":"ok"');
  expect(stdout).toContain('"promoted":true');
  expect(readFileSync(join(cwd, 'hex8_2p.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  expect(existsSync(join(cwd, 'hex8_2p.onnx'))).toBe(true);

  await transfers(cwd);
});

/** Needs a two-player model in production. */
async function transfers(cwd: string): Promise<void> {
  const { status, stderr } = await example('transfer-4p.sh', cwd);
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const models = await run('rr', ['model', 'ls', '--config', 'hex8_4p'], { cwd, env });
  expect(models.stdout.split('\n').filter((line) => line.includes('"type":"model"'))).toHaveLength(3);
  expect(models.stdout).toContain('production');
}

it('the pipeline by hand: a model from games of the heuristic, and one from games of that model', async () => {
  const cwd = place('pipeline');
  const { status, stderr } = await example('pipeline.sh', cwd);
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const games = await run('rr', ['db', 'ls', 'data/games/hex8_2p.db'], { cwd, env });
  expect(games.stdout).toMatch(/gumbel/);
  expect(readdirSync(join(cwd, 'models', 'hex8_2p')).filter((name) => name.endsWith('.onnx'))).toHaveLength(2);
});

describe('crontab', () => {
  const lines = readFileSync(join(EXAMPLES, 'crontab'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !/^[A-Z_]+=/.test(line));
  const cwd = place('cron');
  writeFileSync(
    join(cwd, 'hosts.yaml'),
    // nobody listens on port 1
    `defaults: {user: rr, data: /srv/rr}\nknown-hosts: ${join(cwd, 'known')}\nhosts: {gone: {addresses: 127.0.0.1, port: 1}}\n`,
  );
  writeFileSync(join(cwd, 'known'), '');

  it.each(lines)('%s', async (line) => {
    const [, command = ''] = /^(?:[\d*/,-]+ ){5} *(rr .*)$/.exec(line) ?? [];
    const reduced = command
      .replaceAll('/srv/rr', cwd)
      .replaceAll('/var/log', cwd)
      .replace('--rounds 1000 --max-seconds 3000', SMALL_LOOP.join(' '))
      .replace(/--games \d+/, '--games 4');
    const { status, stderr } = await run('/bin/sh', ['-c', reduced], { cwd, env: { ...env, RR_DATA: cwd } });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('two of a kind at a time: the second one leaves without mail', async () => {
    const root = place('twice');
    const command = `rr loop --config hex8_2p ${SMALL_LOOP.join(' ')} --ok-codes 3,4,75,124`;
    const both = await Promise.all([1, 2].map(() => run('/bin/sh', ['-c', command], { cwd: root, env })));
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    expect(both.filter(({ stderr }) => stderr.includes('is being worked on by rr loop'))).toHaveLength(1);
  });
});

it('names only commands that exist', async () => {
  const names = new Set(COMMANDS.flatMap(({ name }) => [name, `${name.split(' ')[0]} `]));
  const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
  for (const name of files) {
    const text = readFileSync(join(EXAMPLES, name), 'utf8');
    for (const [, first = '', second = ''] of text.matchAll(/(?:^|[\s`|;(])rr ([a-z]+)(?: ([a-z]+))?(?=[ ,`]|$)/gm)) {
      expect(names.has(first) || names.has(`${first} ${second}`) ? '' : `${name}: rr ${first} ${second}`).toBe('');
    }
  }
});
