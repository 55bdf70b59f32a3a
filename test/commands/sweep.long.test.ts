/**
 * Every command of the table, used wrongly: one clear line on stderr, the documented exit code, never a stack trace.
 * A command that is added has to say here what it does without arguments and in a folder that is closed to it.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/table.ts';
import { bash, type Result, RR, rr, run } from '../run.ts';
import { inProcess } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-sweep-'));
const closed = join(folder, 'closed');
beforeAll(() => {
  mkdirSync(closed);
  chmodSync(folder, 0o755);
  // root may do anything, so nobody does it in root's place
  chmodSync(closed, root ? 0o700 : 0o000);
});
afterAll(() => {
  chmodSync(closed, 0o700);
  rmSync(folder, { recursive: true });
});

const root = process.getuid?.() === 0;
const AS_NOBODY = ['--reuid', '65534', '--regid', '65534', '--clear-groups', 'env', `HOME=${folder}`];
const canBeRefused = !root || spawnSync('setpriv', [...AS_NOBODY, process.execPath, RR, '--version']).status === 0;
if (!canBeRefused) console.log('skipped: no permission: needs setpriv and a checkout that nobody may read');

/** Runs rr as somebody who may not look into `closed`. */
const refused = (args: readonly string[]): Promise<Result> =>
  root ? run('setpriv', [...AS_NOBODY, process.execPath, RR, ...args], { cwd: folder }) : rr(args, { cwd: folder });

interface Case {
  /** Exit status without arguments; undefined: it does its work, which other tests look at. */
  readonly bare?: number | undefined;
  /** Arguments that reach into the closed folder, CLOSED; undefined: it has no business there. */
  readonly closed?: readonly string[];
  /** Exit status there. */
  readonly status?: number;
}

const DATA = ['--config', 'hex8_2p', '--data', 'CLOSED'];
const CASES: Readonly<Record<string, Case>> = {
  show: { bare: 2, closed: ['CLOSED/x.db'] },
  play: { bare: 2, closed: ['--seats', 'me,gumbel', ...DATA] },
  analyze: { bare: 2, closed: ['--model', 'production', ...DATA] },
  selfplay: { bare: 2, closed: ['--board', 'hex8', '--games', '1', '--out', 'CLOSED/x.db'] },
  export: { bare: 5, closed: ['--npz', '--db', 'CLOSED/x.db'] },
  'npz check': { bare: 2, closed: ['CLOSED/x.npz'] },
  'npz info': { bare: 2, closed: ['CLOSED/x.npz'] },
  // without arguments it reads stdin, and its line is a verdict: test/parity
  parity: { closed: ['--db', 'CLOSED/x.db'] },
  'db init': { bare: 2, closed: ['CLOSED/x.db'] },
  'db check': { bare: 2, closed: ['CLOSED/x.db'] },
  'db convert': { bare: 2, closed: ['CLOSED/x.db', '--to', 'rr', '--out', 'CLOSED/y.db'] },
  'db dump': { bare: 2, closed: ['CLOSED/x.db'] },
  'db import': { bare: 2, closed: ['CLOSED/x.db', '/dev/null'] },
  'db ls': { bare: 2, closed: ['CLOSED/x.db'] },
  'db merge': { bare: 2, closed: ['CLOSED/x.db', 'CLOSED/y.db'] },
  'db quarantine': { bare: 2, closed: ['ls', 'CLOSED/x.db'] },
  'db score': { bare: 2, closed: ['CLOSED/x.db'] },
  'db stats': { bare: 2, closed: ['CLOSED/x.db'] },
  train: { bare: 5, closed: ['CLOSED/x.npz'] },
  'model average': { bare: 2, closed: ['CLOSED/a.onnx', 'CLOSED/b.onnx', ...DATA], status: 75 },
  'model export': { bare: 2, closed: ['production', '--out', 'x.onnx', ...DATA] },
  'model init': { bare: 2, closed: ['--arch', 'nano', ...DATA], status: 75 },
  'model ls': { bare: 0, closed: DATA },
  'model show': { bare: 2, closed: ['production', ...DATA] },
  'model transfer': { bare: 2, closed: ['production', '--to', 'hex8_3p', ...DATA], status: 75 },
  'model verify': { bare: 2, closed: ['production', ...DATA] },
  gauntlet: { bare: 2, closed: ['--candidate', 'production', ...DATA] },
  'elo history': { bare: 2, closed: DATA },
  'elo ls': { bare: 2, closed: DATA },
  'elo merge': { bare: 2, closed: ['CLOSED/rr.db', '--data', 'CLOSED'], status: 75 },
  'elo record': { bare: 5, closed: ['CLOSED/x.ndjson', '--data', 'CLOSED'] },
  'elo stale': { bare: 2, closed: DATA },
  'elo trend': { bare: 2, closed: DATA },
  'elo unrated': { bare: 2, closed: DATA },
  promote: { bare: 5, closed: ['--rollback', ...DATA], status: 75 },
  loop: { closed: DATA, status: 75 },
  report: { bare: 2, closed: DATA },
  'bench compare': { bare: 2, closed: ['CLOSED/a.ndjson', 'CLOSED/b.ndjson'] },
  'bench engine': {},
  'bench export': {},
  'bench net': { closed: ['--model', 'production', '--seconds', '1', ...DATA] },
  'bench round': { bare: 2 },
  'bench search': { closed: ['--model', 'production', '--seconds', '1', ...DATA] },
  'bench selfplay': {},
  'bench targets': { bare: 2, closed: ['--config', 'hex8_2p', '--data', 'CLOSED'] },
  'bench train': {},
  'cluster exec': { bare: 2, closed: ['--hosts', 'CLOSED/hosts.yaml', '--', 'true'] },
  'cluster ls': { bare: 2, closed: ['--hosts', 'CLOSED/hosts.yaml'] },
  'cluster probe': { bare: 2, closed: ['--hosts', 'CLOSED/hosts.yaml'] },
  'cluster status': { bare: 2, closed: ['--hosts', 'CLOSED/hosts.yaml'] },
  'cluster update': { bare: 2, closed: ['--hosts', 'CLOSED/hosts.yaml'] },
  completion: { bare: 2 },
  'config show': { bare: 0 },
  doctor: { closed: ['--data', 'CLOSED'], status: 3 },
  'events export': { bare: 4, closed: ['--data', 'CLOSED'] },
  'events import': { bare: 5, closed: ['CLOSED/x.ndjson', '--data', 'CLOSED'] },
  'events ls': { bare: 4, closed: ['--data', 'CLOSED'] },
  'events schema': { bare: 0 },
  'events tail': { bare: 4, closed: ['--data', 'CLOSED'] },
  init: { bare: 2 },
  'jobs emit': { bare: 2 },
  'jobs ls': { bare: 4, closed: ['--data', 'CLOSED'] },
  'jobs reap': { bare: 4, closed: ['--data', 'CLOSED'] },
  metrics: { bare: 0, closed: ['--data', 'CLOSED'] },
  man: { bare: 0, closed: ['--out', 'CLOSED/man'] },
  'sync agent': { bare: 0, closed: ['--data', 'CLOSED'], status: 75 },
  'sync plan': { bare: 2, closed: ['--hosts', 'CLOSED/hosts.yaml', '--data', 'CLOSED'] },
  'sync pull': { bare: 2, closed: ['--hosts', 'CLOSED/hosts.yaml', '--data', 'CLOSED'] },
  'sync push': { bare: 2, closed: ['--hosts', 'CLOSED/hosts.yaml', '--data', 'CLOSED'] },
  'sync status': { bare: 2, closed: ['--hosts', 'CLOSED/hosts.yaml'] },
};

/** One line that begins with the command's name, and what it says. */
function expectOneLine(name: string, { stderr }: Pick<Result, 'stderr'>): void {
  expect(stderr).toMatch(/^rr [^\n]+\n$/);
  expect(stderr.startsWith(`rr ${name}: `)).toBe(true);
  expect(stderr).not.toMatch(/bug in rr|undefined|\bat .*:\d+:\d+/);
}

it('says something about every command', () => {
  expect(Object.keys(CASES).sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
});

describe.concurrent.each(Object.entries(CASES))('rr %s', (name, { bare, closed: reaching, status: expected = 2 }) => {
  const words = name.split(' ');

  it.skipIf(bare === undefined)('no arguments', async () => {
    const place = mkdtempSync(join(folder, 'bare-'));
    const result = await rr(words, { cwd: place });
    expect({ status: result.status, stderr: result.stderr }).toMatchObject({ status: bare });
    // nothing to do needs no line
    if (bare !== 0 && bare !== 4) expectOneLine(name, result);
  });

  it.skipIf(reaching === undefined || !canBeRefused)('a folder without permission', async () => {
    const result = await refused([...words, ...(reaching ?? []).map((word) => word.replace('CLOSED', closed))]);
    expect(result).toMatchObject({ status: expected });
    // the doctor's line is one of its table
    if (name === 'doctor') return expect(result.stdout).toMatch(/"check":"data folder","status":"broken".*permission/);
    expectOneLine(name, result);
    expect(result.stderr).toContain(`${closed}`);
    expect(result.stderr).toMatch(/no permission|permissions/);
  });
});

it.each(['show', 'db merge', 'sync agent'])('rr %s --help into a pipe that nobody reads', async (name) => {
  const help = await bash(`"$NODE" "$RR" ${name} --help | head -0; exit $PIPESTATUS`);
  expect(help).toMatchObject({ status: 0, stderr: '' });
});

// in this process: flags are read before anything is touched
it.each(COMMANDS)('rr $name: a flag that there is not', async (entry) => {
  const result = await inProcess(entry, ['--no-such-flag']);
  expect(result).toMatchObject({ status: 2, stdout: '' });
  expectOneLine(entry.name, result);
  expect(result.stderr).toContain('no flag --no-such-flag');
});

it.skipIf(!existsSync('/dev/full')).each(['--help', 'man', 'config show --help', 'config show --format table'])(
  'rr %s onto a full disk',
  async (words) => {
    const { status, stderr } = await bash(`"$NODE" "$RR" ${words} > /dev/full`);
    expect(stderr).toMatch(/^rr: the output: no space left on the device[^\n]*\n$/);
    expect(status).toBe(75);
  },
);
