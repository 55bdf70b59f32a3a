/** The example scripts run as they stand, with this checkout's rr on the path. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import { REPO_ROOT, RR, run, systemNode } from '../run.ts';
import { arraysOf } from '../samples/support.ts';
import { FIXTURES } from '../shared.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const launcher = join(folder, 'rr');
writeFileSync(launcher, `#!/bin/sh\nexec "${process.execPath}" "${RR}" "$@"\n`);
chmodSync(launcher, 0o755);
const env = { PATH: `${folder}:${process.env.PATH}`, RR_GATE_GAMES: '1' };
const example = (name: string, ...args: string[]) =>
  run('bash', [join(REPO_ROOT, 'examples', name), ...args], { cwd: folder, env });

const hasJq = (() => {
  try {
    execFileSync('jq', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('skipped: examples/pipes.sh needs jq');
    return false;
  }
})();

/** A database of the original, one of whose positions is not the one that its moves lead to. */
function diverging(): string {
  const path = join(folder, 'square8_3p.db');
  writeFileSync(path, gunzipSync(readFileSync(join(FIXTURES, 'db/square8_3p.db.gz'))));
  const db = new Database(path);
  db.exec("UPDATE game_state_snapshots SET state_hash = '0000000000000000' WHERE move_number = 57");
  db.close();
  return path;
}

it.skipIf(!hasJq)('tee, jq and split in the middle of a pipe', async () => {
  const { status, stderr } = await example('pipes.sh', 'out');
  expect(stderr).not.toMatch(/^rr /m);
  expect(status).toBe(0);
  const games = async (name: string): Promise<number> =>
    (await arraysOf(join(folder, 'out', name))).get('game_id')?.shape[0] ?? 0;
  const lengths = readFileSync(join(folder, 'out/lengths.tsv'), 'utf8').trim().split('\n');
  expect(lengths).toHaveLength(20);
  expect(await games('all.npz')).toBe(20);
  const won = await games('seat1.npz');
  expect(won).toBeGreaterThan(0);
  expect(won).toBeLessThan(20);
  const parts = readdirSync(join(folder, 'out')).filter((name) => /^part-.*\.npz$/.test(name));
  expect(parts).toHaveLength(4);
  for (const part of parts) expect(await games(part)).toBe(5);
});

it('the gate of CI passes on sound games and fails on a database that diverges', async () => {
  // with the Node of the system, which reads no types
  const node = systemNode() ?? process.execPath;
  const engine = { RR_OTHER_ENGINE: `${node} ${join(REPO_ROOT, 'examples/parity-engine.mjs')}` };
  const gate = (...databases: string[]) =>
    run('bash', [join(REPO_ROOT, 'examples/ci-parity-gate.sh'), ...databases], {
      cwd: folder,
      env: { ...env, ...engine },
    });
  expect((await gate(join(FIXTURES, 'db/hex8_2p_swap.db.gz'))).status).toBe(0);
  expect(readdirSync(join(folder, 'parity')).filter((name) => name.endsWith('.xml'))).toHaveLength(5);
  const diverged = await gate(diverging());
  expect(diverged.status).toBe(3);
  expect(diverged.stderr).toMatch(/1 diverge/);
  // the log alone says which game, which move, which file
  expect(diverged.stderr).toMatch(/^diverged +square8_3p \S+ +state at move 57: .*\(.*square8_3p\.db\)$/m);
  expect(readdirSync(join(folder, 'parity/fixtures'))).not.toEqual([]);
});
