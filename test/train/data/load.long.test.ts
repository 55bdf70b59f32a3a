import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gameConfig } from '../../../src/engine/config-key.ts';
import { COUNTERS, Counter, cellBytes } from '../../../src/net/encode/rr1/features.ts';
import { loadTrainingData } from '../../../src/train/data/load.ts';
import { configOfFile } from '../../../src/train/data/source-file.ts';
import { temporaryFolder } from '../learn/setup.ts';
import { writeExampleNpz } from './example.ts';
import { type Changes, rewriteNpz } from './rewrite.ts';

const folder = temporaryFolder();
const good = join(folder, 'good.npz');
const other = join(folder, 'other.npz');
const config = gameConfig('hex8', 2);
const everything = { start: 0, exponent: 0.65, slope: 0.4 };
const load = (...paths: string[]) => loadTrainingData(paths, config, everything);
let samples = 0;

beforeAll(async () => {
  samples = await writeExampleNpz(good, { board: 'hex8', players: 2, games: 4, seed: 1, sampleEvery: 4 });
  await writeExampleNpz(other, { board: 'hex8', players: 2, games: 3, seed: 2, sampleEvery: 4, hours: () => 5 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a file comes in whole', async () => {
  const { rows, games, available } = await load(good);
  expect(rows.count).toBe(samples);
  expect(available).toEqual({ rows: samples, games: 4 });
  expect(games.map(({ id }) => id)).toEqual([0, 1, 2, 3].map((i) => `example-hex8-2-1-${i}`));
  expect(rows.cells.length).toBe(samples * cellBytes('hex8', 2));
  expect(rows.counters[Counter.players]).toBe(2);
  expect(rows.counters.length).toBe(samples * COUNTERS);
  expect(rows.moveStart[samples]).toBe(rows.kind.length);
  expect(await configOfFile(good)).toBe('hex8_2p');
});

test('several files stand one behind the other, and a game that both have counts once', async () => {
  const [first, second] = [await load(good), await load(other)];
  const both = await load(good, other, good);
  expect(both.rows.count).toBe(first.rows.count + second.rows.count);
  expect(both.games).toHaveLength(7);
  const offset = first.rows.count;
  expect(both.rows.pliesLeft.subarray(offset)).toEqual(second.rows.pliesLeft);
  const moves = first.rows.kind.length;
  expect(both.rows.moveCells.subarray(3 * moves)).toEqual(second.rows.moveCells);
  expect(both.rows.moveStart[offset]).toBe(moves);
  expect(both.rows.game[offset]).toBe(4);
});

test('the replay window keeps the newest games', async () => {
  const whole = await load(other, good);
  const window = await loadTrainingData([other, good], config, { start: 1, exponent: 0.01, slope: 0.01 });
  expect(window.rows.count).toBeLessThan(whole.rows.count);
  expect(window.games.every(({ id }) => id.startsWith('example-hex8-2-1'))).toBe(true);
  expect(window.available.rows).toBe(whole.rows.count);
});

test('equal contents have equal fingerprints, others not', async () => {
  const copy = join(folder, 'copy.npz');
  await rewriteNpz(good, copy, {});
  expect((await load(copy)).fingerprint).toBe((await load(good)).fingerprint);
  expect((await load(other)).fingerprint).not.toBe((await load(good)).fingerprint);
});

const REFUSED: readonly (readonly [string, Changes, string, RegExp])[] = [
  ['another encoder', { scalars: { encoder: 'rr2' } }, 'TRAINING_MISMATCH', /encoder is 'rr2'/],
  ['another policy layout', { scalars: { policy: 'flat' } }, 'TRAINING_MISMATCH', /policy is 'flat'/],
  ['another config', { scalars: { config: 'hex8_3p' } }, 'TRAINING_MISMATCH', /config is 'hex8_3p'/],
  ['a newer format', { scalars: { format_version: 99 } }, 'TRAINING_MISMATCH', /newer/],
  ['no rr1 file at all', { scalars: { format: undefined } }, 'TRAINING_MISMATCH', /no rr1 training file/],
  [
    'policies that do not sum to one',
    { edit: { policy_prob: (data) => data.fill(0) } },
    'TRAINING_DATA',
    /row 0: .*sum to 0/,
  ],
  ['a policy that is no number', { edit: { policy_prob: (data) => data.fill(Number.NaN) } }, 'TRAINING_DATA', /NaN/],
  [
    'a move number that is no number',
    { edit: { policy_number: (data) => data.fill(Number.NaN) } },
    'TRAINING_DATA',
    /NaN/,
  ],
  ['a win share that is no number', { edit: { value: (data) => data.fill(Number.NaN) } }, 'TRAINING_DATA', /NaN/],
  [
    'margins that are no numbers',
    { edit: { ring_margin: (data) => data.fill(Number.NaN) } },
    'TRAINING_DATA',
    /margin/,
  ],
  ['win shares that do not sum to one', { edit: { value: (data) => data.fill(1) } }, 'TRAINING_DATA', /sum to 2/],
  ['a cell beside the board', { edit: { policy_cells: (data) => data.fill(0) } }, 'TRAINING_DATA', /cell 0/],
  ['an unknown move kind', { edit: { policy_kind: (data) => data.fill(200) } }, 'TRAINING_DATA', /kind 200/],
  ['unknown cell contents', { edit: { features: (data) => data.fill(15) } }, 'TRAINING_DATA', /contents/],
  ['other players', { edit: { counters: (data) => data.fill(3) } }, 'TRAINING_DATA', /3 players/],
];

test.each(REFUSED)('%s is refused', async (_, changes, code, message) => {
  const path = join(folder, 'bad.npz');
  await rewriteNpz(good, path, changes);
  await expect(load(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a file without samples is nothing to learn from', async () => {
  const path = join(folder, 'empty.npz');
  await writeExampleNpz(path, { board: 'hex8', players: 2, games: 0, seed: 1 });
  await expect(load(path)).rejects.toMatchObject({ code: 'TRAINING_EMPTY', exit: 4 });
});

test('root values of searched samples are mixed into their value targets, and nothing else is', async () => {
  const mixed = join(folder, 'searched.npz');
  const plain = await load(good);
  // sample 0: searched, the mover thought to win three times in four; 1: not searched; 2: values that are no win shares
  await rewriteNpz(good, mixed, {
    edit: {
      searched: (data) => data.fill(0).set([2, 0, 2]),
      root_value: (data) => data.fill(0).set([0.5, -0.5, 0.5, -0.5, 1, 1]),
    },
  });
  const { value } = (await loadTrainingData([mixed], config, everything, 0.4)).rows;
  const [won, lost] = plain.rows.value;
  expect(value[0]).toBeCloseTo(0.6 * (won ?? 0) + 0.4 * 0.75, 6);
  expect(value[1]).toBeCloseTo(0.6 * (lost ?? 0) + 0.4 * 0.25, 6);
  expect(value.slice(2)).toEqual(plain.rows.value.slice(2));
  expect((await load(mixed)).rows.value).toEqual(plain.rows.value);
});
