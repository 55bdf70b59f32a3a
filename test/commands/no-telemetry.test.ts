/** The inference runtime that rr carries reports to its maker unless told not to: the system calls show that it is silent. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { RR, rr, run } from '../run.ts';

const hasStrace = ((): boolean => {
  try {
    execFileSync('strace', ['-qq', '-e', 'trace=none', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
if (!hasStrace) console.log('skipped: no strace on PATH to watch system calls with');

describe.skipIf(!hasStrace)('a run with a network', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rr-silent-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const env = Object.fromEntries(
    ['HOME', 'TMPDIR', 'RR_DATA'].map((name) => {
      const path = join(folder, name.toLowerCase());
      mkdirSync(path);
      return [name, path];
    }),
  );

  test.each([
    [
      'in worker threads',
      'selfplay --board hex8 --engine gumbel --model NET --games 1 --budget 2 --workers 2 --seed 1 --out games.db',
    ],
    ['on the main thread', 'model verify NET --positions 2'],
  ])('%s opens no connection and no file but its own', async (_, command) => {
    const init = ['model', 'init', '--config', 'hex8_2p', '--arch', 'nano'];
    const [, model = ''] = /"path":"([^"]+)"/.exec((await rr(init, { cwd: folder, env })).stdout) ?? [];
    const log = join(folder, 'calls.txt');
    const options = ['-f', '-qq', '-y', '-o', log, '-e', 'trace=connect,sendto,openat,creat,mkdir,unlink,rename'];
    const { status, stderr } = await run(
      'strace',
      [...options, process.execPath, RR, ...command.replace('NET', model).split(' ')],
      {
        cwd: folder,
        env,
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const calls = readFileSync(log, 'utf8').split('\n');
    expect(calls.some((call) => call.includes('libonnxruntime'))).toBe(true);
    expect(calls.filter((call) => /AF_INET/.test(call))).toEqual([]);
    const changes = calls.filter((call) => /O_(WRONLY|RDWR|CREAT)|\b(creat|mkdir|unlink|rename)\(/.test(call));
    const foreign = changes.filter((call) => !call.includes(`"${folder}`) && !/"\/(dev|proc)\//.test(call));
    expect(foreign).toEqual([]);
    expect(changes.filter((call) => /mat-debug|Microsoft|onnxruntime/.test(call))).toEqual([]);
  });
});
