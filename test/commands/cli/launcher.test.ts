import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { finished, firstOutput, RR, rr, run, start, systemNode, systemPath } from '../../run.ts';

const node = systemNode();
const version = node ? execFileSync(node, ['--version'], { encoding: 'utf8' }) : '';
const isOld = node !== undefined && Number(/^v(\d+)/.exec(version)?.[1]) < 26;
if (!isOld) console.log('skipped: no Node older than 26 on PATH to start the launcher with');

describe('under the project runtime', () => {
  test('--version says the version and nothing else', async () => {
    expect(await rr(['--version'])).toEqual({
      status: 0,
      signal: null,
      stdout: `rr ${manifest.version}\n`,
      stderr: '',
    });
  });
});

describe.skipIf(!isOld)('under an older Node found through env', () => {
  const env = { PATH: systemPath() };

  test('hands over without a word', async () => {
    const result = await run('/usr/bin/env', ['node', RR, '--version'], { env });
    expect(result).toEqual({ status: 0, signal: null, stdout: `rr ${manifest.version}\n`, stderr: '' });
  });

  test('is found by its own first line', async () => {
    expect((await run(RR, ['--version'], { env })).stdout).toBe(`rr ${manifest.version}\n`);
  });

  test('mirrors the exit status', async () => {
    expect((await run(RR, ['no-such-command'], { env })).status).toBe(2);
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('mirrors death by %s', async (signal) => {
    // A child that prints its pid and waits, started by the launcher in place of src/commands/main.ts.
    const folder = copyLauncher(
      'console.log(process.pid); export const main = () => new Promise(() => setInterval(() => {}, 1e3));',
    );
    const child = start(join(folder, 'bin', 'rr'), [], { env: { ...env, NODE_PATH: '' } });
    await firstOutput(child);
    const pid = Number(String(child.stdout?.read()).trim());
    expect(pid).not.toBe(child.pid);
    if (signal === 'SIGTERM') child.kill(signal);
    else process.kill(pid, signal);
    expect((await finished(child)).signal).toBe(signal);
  });

  test('killed with SIGKILL, ends what it handed over to', async () => {
    const folder = copyLauncher(
      "console.log('up'); export const main = () => setTimeout(() => console.log('lived on'), 20_000);",
    );
    const child = start(join(folder, 'bin', 'rr'), [], { env: { ...env, NODE_PATH: '' } });
    await firstOutput(child);
    child.stdout?.read();
    const ended = finished(child);
    child.kill('SIGKILL');
    // the pipes close when the last process that holds them has ended
    expect(await ended).toEqual({ status: null, signal: 'SIGKILL', stdout: '', stderr: '' });
  });

  test('says in one line when there is no runtime to hand over to', async () => {
    const folder = copyLauncher('', false);
    const result = await run(join(folder, 'bin', 'rr'), ['--version'], { env });
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^rr: needs Node 26 and this is v\d+[^\n]*\n$/);
  });
});

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A package of only the launcher, the given main.ts and, unless told otherwise, this platform's runtime. */
function copyLauncher(main: string, withRuntime = true): string {
  const folder = mkdtempSync(join(tmpdir(), 'rr-launcher-'));
  folders.push(folder);
  const root = join(RR, '..', '..');
  cpSync(RR, join(folder, 'bin', 'rr'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  mkdirSync(join(folder, 'src', 'commands'), { recursive: true });
  writeFileSync(join(folder, 'src', 'commands', 'main.ts'), main);
  if (withRuntime) {
    mkdirSync(join(folder, 'node_modules'));
    for (const name of readdirSync(join(root, 'node_modules')).filter((entry) =>
      /^node-(linux|darwin|win|bin)-/.test(entry),
    )) {
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
  }
  return folder;
}
