import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openState } from '../../src/state/open.ts';
import { Lease } from '../../src/state/store/lease.ts';
import { writeCheckpoint } from '../../src/train/learn/checkpoint.ts';
import { bash, finished, type Result, RR, rr, start } from '../run.ts';
import { writeExampleNpz } from '../train/data/example.ts';

/** Real trainings on a machine that may be busy. Milliseconds. */
const folder = mkdtempSync(join(tmpdir(), 'rr-train-command-'));
const npz = join(folder, 'hex8.npz');
const data = (name: string): string => join(folder, name);
const COMMON = ['--arch', 'nano', '--batch', '32', '--epoch-samples', '96', '--validation', '0.3'];

beforeAll(async () => {
  await writeExampleNpz(npz, { board: 'hex8', players: 2, games: 5, seed: 4, sampleEvery: 5 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Records {
  readonly [type: string]: readonly Readonly<Record<string, unknown>>[];
}
function records({ stdout }: Result): Records {
  const all: Record<string, Record<string, unknown>[]> = {};
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    const record: Record<string, unknown> = JSON.parse(line);
    const type = String(record.type);
    all[type] = [...(all[type] ?? []), record];
  }
  return all;
}
const modelOf = (result: Result): string => String(records(result).model?.[0]?.hash);
const train = (name: string, ...args: string[]): Promise<Result> =>
  rr(['train', npz, '--data', data(name), '--seed', '5', '--epochs', '2', ...COMMON, ...args]);

test('from games to a candidate model in one pipe', async () => {
  const result = await bash(
    `"$NODE" "$RR" selfplay --board hex8 --games 4 --engine random --seed 1 --workers 1 |
     "$NODE" "$RR" export --npz --data ${data('pipe')} --sample-every 5 |
     "$NODE" "$RR" train --data ${data('pipe')} --seed 1 --epochs 1 ${COMMON.join(' ')}`,
  );
  expect(result.status, result.stderr).toBe(0);
  const { header, training_data, epoch, model, summary } = records(result);
  expect(header[0]).toMatchObject({ command: 'train', config: 'hex8_2p', encoder: 'rr1', seed: 1 });
  expect(training_data[0]).toMatchObject({ games: 4, baselines: { uniform: { value_accuracy: 0.5 } } });
  expect(epoch).toHaveLength(1);
  for (const name of ['samples_per_second', 'learning_rate', 'gradient_norm'])
    expect(epoch[0][name]).toBeGreaterThan(0);
  expect(Object.keys(Object(epoch[0].validation))).toEqual(
    expect.arrayContaining(['losses', 'policy_top1', 'policy_top5', 'value_accuracy', 'value_ece']),
  );
  expect(summary[0]).toMatchObject({ model: model[0].hash, end: 'epochs' });
  expect(readFileSync(join(data('pipe'), 'models', 'hex8_2p', 'candidate'), 'utf8').trim()).toBe(model[0].hash);
});

test('the same seed makes the same model; stopped and continued it is still the same', async () => {
  const svg = join(folder, 'curves.svg');
  const losses = join(folder, 'losses.ndjson');
  const whole = await train('whole', '--svg', svg, '--losses', losses);
  expect(whole.status, whole.stderr).toBe(0);
  expect(readFileSync(svg, 'utf8')).toMatch(/^<svg[\s\S]*policy, held out/);
  const lines = readFileSync(losses, 'utf8').trim().split('\n');
  expect(JSON.parse(lines[1])).toMatchObject({ type: 'sample_loss', game: expect.any(String) });
  expect(existsSync(join(data('whole'), 'state', 'training', 'hex8_2p.ckpt'))).toBe(false);

  const args = ['train', npz, '--data', data('parts'), '--seed', '5', '--epochs', '2', ...COMMON];
  const child = start(process.execPath, [RR, ...args]);
  child.stdout?.once('data', () => child.kill('SIGTERM'));
  const part = await finished(child);
  expect([143, 0]).toContain(part.status);
  const rest = part.status === 0 ? part : await rr([...args, '--resume']);
  expect(rest.status, rest.stderr).toBe(0);
  expect(modelOf(rest)).toBe(modelOf(whole));
});

test('one training per config at a time', async () => {
  const state = await openState(join(data('busy'), 'state', 'rr.db'));
  const lease = await Lease.acquire(state.leases, 'train/hex8_2p', { owner: 'a test' });
  try {
    const result = await train('busy');
    expect(result.status).toBe(75);
    expect(result.stderr).toContain('a test');
  } finally {
    await lease.release();
    await state.close();
  }
});

test('when the time is up, what was learned becomes a model and the checkpoint stays', async () => {
  const result = await rr([
    'train',
    npz,
    '--data',
    data('time'),
    '--max-seconds',
    '8',
    '--epochs',
    '99999',
    '--patience',
    '0',
    '--warmup-steps',
    '1000000',
    ...COMMON,
  ]);
  expect(result.status, result.stderr).toBe(124);
  expect(result.stderr).toMatch(/to continue: rr train .*hex8\.npz .*--warmup-steps 1000000 .*--seed \d+ --resume\n/);
  // a few steps into the warm-up make no candidate
  expect(result.stderr).toContain('candidate stays where it was');
  expect(existsSync(join(data('time'), 'models', 'hex8_2p', 'candidate'))).toBe(false);
  expect(records(result).summary[0]).toMatchObject({ end: 'stopped', model: expect.any(String) });
  expect(existsSync(join(data('time'), 'state', 'training', 'hex8_2p.ckpt'))).toBe(true);
});

test('an unfinished training is announced and stays, until told otherwise', async () => {
  const path = join(data('unfinished'), 'state', 'training', 'hex8_2p.ckpt');
  await writeCheckpoint(path, { identity: {}, progress: { step: 7 }, arrays: new Map() });
  const before = readFileSync(path);
  const refused = await train('unfinished');
  expect(refused.status).toBe(2);
  expect(refused.stderr).toMatch(/hex8_2p\.ckpt: holds an unfinished training, at step 7; .*--resume .*--no-resume\n$/);
  expect(readFileSync(path)).toEqual(before);
  const anew = await train('unfinished', '--no-resume');
  expect(anew.status, anew.stderr).toBe(0);
  expect(existsSync(path)).toBe(false);
});

test('an open, silent stdin is named', async () => {
  const child = start(process.execPath, [RR, 'train', '--data', data('silent')]);
  const ended = finished(child);
  child.stderr?.once('data', () => child.stdin?.end());
  const { status, stderr } = await ended;
  expect(stderr).toMatch(/^rr train: waits for npz records on stdin; .*<\/dev\/null\n/);
  expect(status).toBe(5);
});

test('what does not fit is refused in one line', async () => {
  const cases: readonly (readonly [number, RegExp, readonly string[]])[] = [
    [78, /holds games of hex8_2p, not of hex8_3p/, ['--config', 'hex8_3p']],
    [2, /no model 'production'/, ['--init', 'production']],
    [2, /no architecture 'nanno'/, ['--arch', 'nanno']],
    [2, /--lr: 'x' is not a number/, ['--lr', 'x']],
    [2, /schedule/, ['--schedule', 'sometimes']],
  ];
  for (const [status, message, args] of cases) {
    const result = await rr(['train', npz, '--data', data('bad'), ...args]);
    expect(result.status, result.stderr).toBe(status);
    expect(result.stderr).toMatch(message);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  }
});

test('models are made, listed, transferred, averaged, verified, exported and trained on', async () => {
  const store = ['--data', data('models')];
  const made = [];
  for (const seed of ['1', '2'])
    made.push(modelOf(await rr(['model', 'init', '--board', 'hex8', '--arch', 'nano', '--seed', seed, ...store])));
  expect(modelOf(await rr(['model', 'init', '--board', 'hex8', '--arch', 'nano', '--seed', '1', ...store]))).toBe(
    made[0],
  );
  const mean = modelOf(await rr(['model', 'average', ...made, ...store]));
  const moved = modelOf(await rr(['model', 'transfer', made[0], '--to', 'hexagonal_2p', ...store]));
  const wider = modelOf(await rr(['model', 'transfer', made[0], '--to', 'hex8_4p', ...store]));
  const listed = records(await rr(['model', 'ls', ...store])).model;
  expect(listed.map(({ hash }) => hash).sort()).toEqual([...made, mean, moved, wider].sort());

  const verified = await rr(['model', 'verify', mean, wider, ...store]);
  expect(verified.status, verified.stdout).toBe(0);
  const file = join(folder, 'wider.onnx');
  await rr(['model', 'export', wider.slice(0, 12), '--out', file, ...store]);
  const shown = records(await rr(['model', 'show', file, ...store])).model[0];
  expect(shown).toMatchObject({ config: 'hex8_4p', players: 4, parent: made[0], hash: wider });

  const small = await rr(['train', npz, '--init', moved.slice(0, 12), ...store]);
  expect(small.status).toBe(2);
  const started = await rr([
    'train',
    npz,
    '--init',
    join(data('models'), 'models', 'hexagonal_2p', `${moved}.onnx`),
    '--epochs',
    '1',
    ...COMMON.slice(2),
    ...store,
  ]);
  expect(started.status, started.stderr).toBe(0);
  expect(records(await rr(['model', 'show', modelOf(started), ...store])).model[0]).toMatchObject({
    parent: moved,
    config: 'hex8_2p',
  });
  const refused = await rr(['train', npz, '--init', file, ...store]);
  expect(refused.status).toBe(78);
  expect(refused.stderr).toMatch(/for 4 players.*rr model transfer/);
});

test('a model file that was tampered with is refused', async () => {
  const store = ['--data', data('tampered')];
  const result = records(await rr(['model', 'init', '--board', 'square8', '--arch', 'nano', ...store])).model[0];
  const path = String(result.path);
  const bytes = readFileSync(path);
  const { writeFileSync } = await import('node:fs');
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(path, bytes);
  const verified = await rr(['model', 'verify', path, ...store]);
  expect(verified.status, verified.stderr).toBe(5);
});
