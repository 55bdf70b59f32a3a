/** `rr doctor`: sound machines pass, broken things that are needed give exit 3 and say what mends them. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GameStore } from '../../src/games/store/store.ts';
import { judged, size } from '../../src/health/check.ts';
import { dataPaths } from '../../src/io/paths.ts';
import { temporaryPath } from '../../src/io/temporary.ts';
import { openState } from '../../src/state/open.ts';
import { REPO_ROOT, rr, run } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

const doctor = async (...args: string[]) => {
  const { status, stdout, stderr } = await rr(['doctor', ...args]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const checks = new Map(lines.filter(({ type }) => type === 'check').map((line) => [line.check, line]));
  return { status, stderr, checks, summary: lines.at(-1) };
};

describe('rr doctor', () => {
  it('finds a sound folder sound', async () => {
    const data = join(folder, 'sound');
    GameStore.open(dataPaths(data).games('hex8_2p')).close();
    const { status, stderr, checks, summary } = await doctor('--data', data);
    expect(stderr).toBe('');
    expect(summary).toMatchObject({ type: 'summary', broken: 0, for: ['play', 'selfplay', 'train'] });
    expect(status).toBe(0);
    expect(checks.get('games hex8_2p')).toMatchObject({ status: 'ok', found: expect.stringMatching(/^0 games/) });
    expect(checks.get('provider cpu')).toMatchObject({ status: 'ok' });
    expect(checks.get('data folder')).toMatchObject({ found: data });
  });

  it('wants a graphics card only when it is to be used', async () => {
    const { status, checks } = await doctor('--for', 'gpu', '--data', folder);
    const working = ['cuda', 'webgpu'].some((name) => checks.get(`provider ${name}`)?.status === 'ok');
    expect(status).toBe(working ? 0 : 3);
    const cuda = checks.get('provider cuda');
    if (cuda?.status !== 'ok') expect(cuda?.fix).toContain('cuda12');
  });

  it('says which database is damaged, and exits 3', async () => {
    const data = join(folder, 'damaged');
    const path = dataPaths(data).games('square8_2p');
    mkdirSync(join(data, 'data', 'games'), { recursive: true });
    writeFileSync(path, 'SQLite format 3\0 and then nothing that makes sense'.padEnd(4096, '.'));
    const { status, checks } = await doctor('--for', 'selfplay', '--data', data);
    expect(status).toBe(3);
    expect(checks.get('games square8_2p')).toMatchObject({ status: 'broken', fix: expect.stringContaining(path) });
    expect((await doctor('--for', 'play', '--data', data)).status).toBe(0);
  });

  it('looks at every row of the state database, and makes a damaged one anew', async () => {
    const data = join(folder, 'state');
    const path = dataPaths(data).state;
    const state = await openState(path);
    await state.cursors.set('c', 'five');
    await state.close();
    expect((await doctor('--data', data)).checks.get('state')).toMatchObject({ status: 'ok' });
    const bytes = readFileSync(path);
    bytes.write('four', bytes.indexOf('five'));
    writeFileSync(path, bytes);
    const found = await doctor('--data', data);
    expect(found.status).toBe(3);
    expect(found.checks.get('state')).toMatchObject({ status: 'broken', fix: 'rr doctor --repair' });
    const repaired = await doctor('--data', data, '--repair');
    expect(repaired.status).toBe(0);
    expect(repaired.checks.get('state')).toMatchObject({
      status: 'note',
      found: expect.stringContaining('1 of cursors'),
    });
    expect((await doctor('--data', data)).checks.get('state')).toMatchObject({ status: 'ok' });
  });

  it('reads the models that pointers stand at', async () => {
    const data = join(folder, 'models');
    const models = dataPaths(data).models('hex8_2p');
    mkdirSync(models, { recursive: true });
    const hash = 'a'.repeat(64);
    writeFileSync(join(models, 'production'), `${hash}\n`);
    writeFileSync(join(models, `${hash}.onnx`), 'no model');
    const { status, checks } = await doctor('--for', 'selfplay', '--data', data);
    expect(checks.get('model hex8_2p production')).toMatchObject({ status: 'broken' });
    expect(status).toBe(3);
  });

  it('sweeps what killed processes left, and nothing else', async () => {
    const data = join(folder, 'killed');
    const training = join(data, 'data', 'training');
    mkdirSync(training, { recursive: true });
    mkdirSync(join(data, 'runs', 'hex8_2p', 'round-0001'), { recursive: true });
    const path = join(training, 'hex8_2p.npz');
    // asked for first: it sweeps what killed writers of the same file left
    const inUse = temporaryPath(path);
    const script = `const { writeAtomic } = await import('${REPO_ROOT}/src/io/atomic.ts');
      await writeAtomic(process.argv[1], async (file) => { await file.writeFile('half'); process.kill(process.pid, 9); });`;
    for (const target of [path, join(data, 'runs', 'hex8_2p', 'round-0001', 'round.json')]) {
      await run(process.execPath, ['--input-type=module', '-e', script, target]);
    }
    writeFileSync(inUse, 'somebody is at it');
    const before = await doctor('--data', data);
    expect(before.checks.get('leftovers')).toMatchObject({
      status: 'note',
      found: '2 temporary files of killed processes, 8 B',
      fix: 'rr doctor --sweep',
    });
    expect(readdirSync(training)).toHaveLength(2);
    const swept = await doctor('--sweep', '--data', data);
    expect(swept.checks.get('leftovers')).toMatchObject({ status: 'ok', found: expect.stringContaining('removed') });
    expect(readdirSync(training)).toHaveLength(1);
    expect((await doctor('--data', data)).checks.get('leftovers')).toMatchObject({ status: 'ok' });
  });

  it('refuses a data folder that is none', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { status, checks } = await doctor('--data', file);
    expect(checks.get('data folder')).toMatchObject({
      status: 'broken',
      found: expect.stringContaining('not a folder'),
    });
    expect(status).toBe(3);
  });

  it('names the nearest purpose', async () => {
    const { status, stderr } = await rr(['doctor', '--for', 'trian']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/--for.*train/);
  });
});

describe('findings', () => {
  it('count as broken only for who needs them', () => {
    const finding = { check: 'x', status: 'broken', found: '', neededFor: ['train'] } as const;
    expect(judged(finding, ['play', 'train']).status).toBe('broken');
    expect(judged(finding, ['play']).status).toBe('note');
    expect(judged({ ...finding, status: 'note' }, ['train']).status).toBe('note');
  });

  it('tell sizes with two digits', () => {
    expect([999, 1000, 12_345, 9_900_000_000].map(size)).toEqual(['999 B', '1.0 KB', '12 KB', '9.9 GB']);
  });
});
