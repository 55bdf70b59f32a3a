import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../../src/engine/random.ts';
import { SYMMETRIES } from '../../../src/engine/symmetry.ts';
import { Assembler } from '../../../src/train/data/assemble.ts';
import { BatchFeed, SLOTS } from '../../../src/train/data/feed.ts';
import { Sampler } from '../../../src/train/data/sampler.ts';
import { heldOut } from '../../../src/train/data/split.ts';
import { weighRows } from '../../../src/train/data/weights.ts';
import { selectGames, windowRows } from '../../../src/train/data/window.ts';
import { allocateBatch, type TrainingBatch } from '../../../src/train/graph/batch.ts';
import type { TrainingInput } from '../../../src/train/learn/input.ts';
import { temporaryFolder, trainingInput } from '../learn/setup.ts';

const folder = temporaryFolder();
let input: TrainingInput;
beforeAll(async () => {
  input = await trainingInput({ folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const batchOf = (size: number, form: 'winograd' | 'conv' = 'winograd'): TrainingBatch =>
  allocateBatch(
    { spec: input.spec, box: input.box, form, size, maxMoves: size * 300 },
    (n) => new SharedArrayBuffer(n),
  );

test('the window is all rows up to its start, then grows ever more slowly', () => {
  const settings = { start: 1000, exponent: 0.65, slope: 0.4 };
  expect(windowRows(1000, settings)).toBe(1000);
  expect(windowRows(1010, settings)).toBe(1004);
  expect(windowRows(10 ** 6, { ...settings, start: 0 })).toBe(10 ** 6);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 7 }), (rows) => {
      const window = windowRows(rows, settings);
      expect(window).toBeLessThanOrEqual(rows);
      expect(window).toBeLessThanOrEqual(windowRows(rows + 1000, settings));
    }),
  );
});

test('games without a date count as oldest', () => {
  const game = (id: string, created: number) => ({ id, created, quality: Number.NaN });
  const files = [{ games: [game('a', 5), game('b', Number.NaN), game('c', 9)], rows: Uint32Array.of(10, 10, 10) }];
  expect(selectGames(files, { start: 15, exponent: 0.01, slope: 0.001 })).toEqual([Uint8Array.of(1, 0, 1)]);
});

test('a game stays on its side when others come and go', () => {
  const ids = Array.from({ length: 500 }, (_, i) => `game ${i}`);
  const all = heldOut(ids, 0.2, 3);
  expect(heldOut(ids.slice(0, 250), 0.2, 3)).toEqual(all.slice(0, 250));
  const share = all.reduce((sum, bit) => sum + bit, 0) / 500;
  expect(share).toBeGreaterThan(0.13);
  expect(share).toBeLessThan(0.27);
  expect([...heldOut(['x', 'y'], 0.01, 1)].sort()).toEqual([0, 1]);
  expect([...heldOut(['x', 'y'], 0.999, 1)].sort()).toEqual([0, 1]);
  expect(heldOut(['x'], 0.5, 1)).toEqual(Uint8Array.of(0));
});

test('every pass has every row once, whatever the batch size, and a snapshot continues exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 17 }), fc.nat(5), (count, batch, cut) => {
      const rows = Uint32Array.from({ length: count }, (_, i) => 3 * i);
      const settings = { seed: 5, maxPasses: 3, hardShare: 0 };
      const sampler = new Sampler(rows, settings);
      const drawn: number[] = [];
      for (let i = 0; i < cut; i++) drawn.push(...sampler.next(batch));
      const copy = new Sampler(rows, settings, sampler.state);
      for (let part = copy.next(batch); part.length > 0; part = copy.next(batch)) drawn.push(...part);
      expect(drawn).toHaveLength(3 * count);
      for (let pass = 0; pass < 3; pass++) {
        expect(drawn.slice(pass * count, (pass + 1) * count).sort((a, b) => a - b)).toEqual([...rows]);
      }
    }),
  );
});

test('hard examples come twice, the easiest not at all', () => {
  const rows = Uint32Array.from({ length: 10 }, (_, i) => i);
  const sampler = new Sampler(rows, { seed: 1, maxPasses: 2, hardShare: 0.2 });
  sampler.next(10);
  const losses = Float32Array.from(rows, (row) => row);
  expect([...sampler.next(10, losses)].sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 8, 9, 9]);
});

test('weights have mean one and follow phase and age', () => {
  const { rows } = input;
  const weights = rows.weight.slice();
  const games = Array.from({ length: 6 }, (_, i) => ({ id: `${i}`, created: 86_400 * i, quality: i / 5 }));
  weighRows(rows, games, { qualityBlend: 1, halfLifeDays: 1, phases: {}, policyRows: 'auto' });
  const mean = rows.weight.reduce((sum, weight) => sum + weight, 0) / rows.count;
  expect(mean).toBeCloseTo(1, 4);
  const of = (game: number): number => rows.weight[rows.game.indexOf(game)];
  expect(of(0)).toBe(0);
  expect(of(4) / of(2)).toBeCloseTo(2 * 4, 4);
  rows.weight.set(weights);
});

test('the worker makes the batches that this thread would make', async () => {
  const { rows, training } = input;
  const slots = Array.from({ length: SLOTS }, () => batchOf(16));
  const feed = new BatchFeed(rows, slots, 7);
  const assembler = new Assembler(rows);
  const expected = batchOf(16);
  try {
    for (let i = 0; i < 4; i++)
      feed.hasRoom && feed.order({ list: training.subarray(16 * i, 16 * i + 13), draw: i, labelSmoothing: 0.1 });
    for (let i = 0; feed.ahead > 0; i++) {
      const ready = await feed.take();
      const moves = assembler.fill(expected, ready.list, { labelSmoothing: 0.1, symmetry: new Random(7, i, 2) });
      expect(ready.moveCount).toBe(moves);
      for (const name of ['x', 'policyWeight', 'valueTarget', 'ownershipTarget', 'marginsTarget'] as const) {
        expect(ready.batch[name]).toEqual(expected[name]);
      }
      expect(ready.batch.moves.subarray(0, 5 * moves)).toEqual(expected.moves.subarray(0, 5 * moves));
      expect(ready.batch.policyTarget.subarray(0, moves)).toEqual(expected.policyTarget.subarray(0, moves));
      // three places have no sample of their own
      expect([...ready.batch.valueWeight.subarray(12)].map((weight) => weight > 0)).toEqual([
        true,
        false,
        false,
        false,
      ]);
      feed.release(ready);
    }
  } finally {
    await feed.close();
  }
});

test('margins of rings stand before those of territory', () => {
  const { rows, training } = input;
  const batch = batchOf(4);
  const list = training.subarray(0, 4);
  new Assembler(rows).fill(batch, list, { labelSmoothing: 0 });
  const { players } = rows;
  const ofRow = (table: ArrayLike<number>, row: number): number[] =>
    Array.from({ length: players }, (_, seat) => Math.fround(Math.max(-2, Math.min(2, table[row * players + seat]))));
  list.forEach((row, sample) => {
    const margins = [...batch.marginsTarget.subarray(2 * players * sample, 2 * players * (sample + 1))];
    expect(margins).toEqual([...ofRow(rows.ringMargin, row), ...ofRow(rows.territoryMargin, row)]);
  });
  // or swapped tables would look the same
  const differ = (row: number): boolean =>
    String(ofRow(rows.ringMargin, row)) !== String(ofRow(rows.territoryMargin, row));
  expect([...list].some(differ)).toBe(true);
});

test('policies sum to one per sample, smoothed or not; both layouts hold the same planes', () => {
  const { rows, training } = input;
  const assembler = new Assembler(rows);
  const [winograd, conv] = [batchOf(8), batchOf(8, 'conv')];
  const list = training.subarray(3, 11);
  const moves = assembler.fill(winograd, list, { labelSmoothing: 0.2 });
  assembler.fill(conv, list, { labelSmoothing: 0.2 });
  const sums = new Float64Array(8);
  for (let move = 0; move < moves; move++) sums[winograd.moves[5 * move]] += winograd.policyTarget[move];
  for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
  const { planes } = input.spec;
  const area = input.box.height * input.box.width;
  for (let at = 0; at < 8 * planes * area; at++) {
    const [sample, plane, cell] = [Math.floor(at / (planes * area)), Math.floor(at / area) % planes, at % area];
    const { strides } = winograd;
    expect(winograd.x[sample * strides.sample + plane * strides.plane + cell * strides.cell]).toBe(conv.x[at]);
  }
});

test('a symmetry carries planes, moves and owners along together', () => {
  const { rows, training } = input;
  const assembler = new Assembler(rows);
  const [plain, turned] = [batchOf(1, 'conv'), batchOf(1, 'conv')];
  const area = input.box.height * input.box.width;
  const signature = (batch: TrainingBatch, moves: number): string[] => {
    // per cell of a move: what stands there and whom it belongs to in the end
    const cells = (cell: number): string =>
      cell < 0
        ? '-'
        : `${[...Array(33).keys()].map((plane) => batch.x[plane * area + cell])}/${batch.ownershipTarget[cell]}`;
    return Array.from({ length: moves }, (_, i) => [...batch.moves.subarray(5 * i, 5 * i + 5)])
      .map(
        ([, kind, from, to, third], i) =>
          `${kind} ${cells(from)} ${cells(to)} ${cells(third)} ${batch.policyTarget[i]}`,
      )
      .sort();
  };
  let different = 0;
  for (const row of training.subarray(0, 40)) {
    const list = Uint32Array.of(row);
    const moves = assembler.fill(plain, list, { labelSmoothing: 0 });
    assembler.fill(turned, list, { labelSmoothing: 0, symmetry: new Random(row, 1) });
    expect(signature(turned, moves)).toEqual(signature(plain, moves));
    if (!Buffer.from(turned.x.buffer).equals(Buffer.from(plain.x.buffer))) different++;
  }
  expect(SYMMETRIES.hex8).toHaveLength(4);
  expect(different).toBeGreaterThan(10);
});
