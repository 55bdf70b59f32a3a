/** dist/rr in an empty folder, with no Node on PATH. Runs after `npm run build`; says so when there is nothing to test. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/table.ts';
import { VERSION } from '../../src/core/version.ts';
import { REPO_ROOT, rr, run } from '../run.ts';

const BINARY = join(REPO_ROOT, 'dist', 'rr');
const built = existsSync(BINARY);
if (!built) console.log('skipped: there is no dist/rr to test; npm run build makes it');

describe.skipIf(!built)('the executable', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rr-executable-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const cache = join(folder, 'cache');
  const alone = (args: readonly string[], home = cache) => {
    const env = { HOME: folder, PATH: '/usr/bin:/bin', RR_CACHE: home };
    return spawnSync(BINARY, args, { cwd: folder, env, encoding: 'utf8' });
  };

  it('answers version and help without unpacking anything', async () => {
    expect(alone(['--version']).stdout).toBe(`rr ${VERSION}\n`);
    expect(alone(['--help']).stdout).toBe((await rr(['--help'])).stdout);
    for (const { name } of COMMANDS) {
      const page = alone([...name.split(' '), '--help']).stdout;
      expect(page).toMatch(new RegExp(`^rr ${name}: `));
      expect(page).not.toContain('undefined');
    }
    expect(existsSync(cache)).toBe(false);
  });

  it('plays games with its workers, database and settings, the same as the sources', async () => {
    const args = ['selfplay', '--board', 'hex8', '--games', '3', '--seed', '5', '--format', 'ndjson'];
    const packed = alone([...args, '--out', 'games.db', '--out', '-']);
    expect(packed).toMatchObject({ status: 0 });
    const games = (text: string): string[] =>
      text
        .split('\n')
        .filter((line) => line.includes('"type":"game"'))
        .sort();
    expect(games(packed.stdout)).toHaveLength(3);
    expect(games(packed.stdout)).toEqual(games((await rr(args)).stdout));
    expect(alone(['show', 'games.db', '--game', '2', '--html', 'game.html'])).toMatchObject({ status: 0, stderr: '' });
  });

  it('computes networks', () => {
    const { status, stdout } = alone(['doctor', '--for', 'train', '--format', 'ndjson']);
    expect(stdout).toMatch(/"check":"provider cpu","status":"ok"/);
    expect(stdout).toContain('(executable)');
    expect(status).toBe(0);
  });

  it('carries the licences of everything inside, and what is read by name', () => {
    const { status, stdout } = alone(['--licenses']);
    expect(status).toBe(0);
    for (const name of ['zod', '@oclif/core', 'better-sqlite3', 'onnxruntime-node', 'Node.js']) {
      expect(stdout).toMatch(new RegExp(`^${name} v?\\d`, 'm'));
    }
    expect(stdout).not.toMatch(/^(typescript|vitest|esbuild) /m);
    const [home = ''] = readdirSync(cache);
    for (const path of ['LICENSE', 'config/loop.yaml', 'src/train/bench/torch_reference.py']) {
      expect(existsSync(join(cache, home, path))).toBe(true);
    }
  });

  it('unpacks once, also when several start at the same time', async () => {
    const home = join(folder, 'race');
    const starts = Array.from({ length: 4 }, () =>
      run('/usr/bin/env', ['-i', `HOME=${folder}`, `RR_CACHE=${home}`, BINARY, 'config', 'show'], { cwd: folder }),
    );
    for (const { status, stderr } of await Promise.all(starts))
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readdirSync(home)).toHaveLength(1);
  });

  it('refuses a cache folder that others may write to, or that cannot be made', () => {
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    writeFileSync(join(folder, 'file'), '');
    for (const home of [open, join(folder, 'file', 'below')]) {
      const { status, stderr } = alone(['config', 'show'], home);
      expect(stderr).toMatch(/^rr: cannot unpack its libraries .*set RR_CACHE.*\n$/);
      expect(status).toBe(2);
    }
  });
});
