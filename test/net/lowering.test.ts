import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { BOARDS } from '../../src/engine/boards.ts';
import { BOARD_BOXES } from '../../src/net/arch/boards.ts';
import { HEADS } from '../../src/net/lower/outputs.ts';
import { TILE_SIZES } from '../../src/net/lower/winograd-matrices.ts';
import { writeModel } from '../../src/net/model/file.ts';
import { calibrate } from '../../src/net/session/calibrate.ts';
import { NetSession } from '../../src/net/session/session.ts';
import { answers, largestDifference, PLANES, positions, testModel } from './helpers.ts';

describe('forms of a network', () => {
  it.each(BOARDS)('fp32 forms agree within 1e-4 on %s', async (board) => {
    const box = BOARD_BOXES[board];
    const model = testModel(board, 'small');
    const given = positions(box, 5, 12);
    const reference = await answers(model, given, { box, form: 'conv' });
    for (const tile of TILE_SIZES) {
      const winograd = await answers(model, given, { box, form: 'winograd', tile });
      for (const head of HEADS) expect(largestDifference(reference[head], winograd[head])).toBeLessThan(1e-4);
    }
  });

  it('the stored file answers as the lowered forms do, with the mask taken from plane 0', async () => {
    for (const board of ['square8', 'hex8'] as const) {
      const box = BOARD_BOXES[board];
      const model = testModel(board);
      const given = positions(box, 4, 9);
      const lowered = await answers(model, given, { box, form: 'winograd' });
      const session = await ort.InferenceSession.create(writeModel(model));
      const results = await session.run({
        x: new ort.Tensor('float32', given.planes, [4, PLANES, box.height, box.width]),
        moves: new ort.Tensor('int32', Int32Array.from(given.moves.flat()), [36, 5]),
        move_scalars: new ort.Tensor('float32', Float32Array.from(given.scalars), [36]),
      });
      for (const head of ['logits', 'value', 'margins', 'plies'] as const) {
        const data = results[head]?.data;
        expect(data).toBeInstanceOf(Float32Array);
        expect(largestDifference(lowered[head], data instanceof Float32Array ? data : [])).toBeLessThan(1e-4);
      }
    }
  });

  it('half precision and int8 stay close', async () => {
    const box = BOARD_BOXES.hex8;
    const model = testModel('hex8', 'small');
    const given = positions(box, 8, 12);
    const reference = await answers(model, given, { box, form: 'conv' });
    const half = await answers(model, given, { box, form: 'conv-fp16' });
    const ranges = await calibrate(model, box, positions(box, 32, 1, 99).planes);
    const int8 = await answers(model, given, { box, form: 'int8', ranges });
    const report = (name: string, other: typeof half): void =>
      console.log(
        `${name}: max |Δ logit| ${largestDifference(reference.logits, other.logits).toExponential(1)}, ` +
          `max |Δ value| ${largestDifference(reference.value, other.value).toExponential(1)}`,
      );
    report('conv-fp16', half);
    report('int8', int8);
    expect(largestDifference(reference.logits, half.logits)).toBeLessThan(0.01);
    expect(largestDifference(reference.value, half.value)).toBeLessThan(0.002);
    expect(largestDifference(reference.logits, int8.logits)).toBeLessThan(0.15);
    expect(largestDifference(reference.value, int8.value)).toBeLessThan(0.02);
  });

  it('an answer does not depend on what else is in the batch', async () => {
    const box = BOARD_BOXES.hex8;
    const model = testModel('hex8');
    const area = box.height * box.width * PLANES;
    const given = positions(box, 6, 10);
    for (const form of ['winograd', 'conv'] as const) {
      const together = await answers(model, given, { box, form });
      const alone = await answers(
        model,
        {
          planes: given.planes.slice(2 * area, 3 * area),
          moves: given.moves.slice(20, 30).map(([, ...rest]) => [0, ...rest]),
          scalars: given.scalars.slice(20, 30),
          count: 1,
        },
        { box, form },
      );
      expect(alone.logits).toEqual(together.logits.slice(20, 30));
      expect(alone.value).toEqual(together.value.slice(6, 9));
    }
  });

  it('one network plays every board of its family', async () => {
    const model = testModel('hex8');
    const box = BOARD_BOXES.hexagonal;
    const result = await answers(model, positions(box, 2, 50), { box });
    expect(result.logits.every(Number.isFinite)).toBe(true);
    await expect(NetSession.create(model, { box: BOARD_BOXES.square8, maxBatch: 1, maxMoves: 1 })).rejects.toThrow(
      /hex family cannot play square8/,
    );
  });
});

describe('heads', () => {
  it('value and ownership are distributions', async () => {
    const box = BOARD_BOXES.square8;
    const { value, ownership } = await answers(testModel('square8'), positions(box, 3, 4), { box });
    for (let i = 0; i < 3; i++) expect(value.slice(3 * i, 3 * i + 3).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    for (let cell = 0; cell < 64; cell++) {
      const sum = [0, 1, 2, 3].reduce((total, owner) => total + (ownership[owner * 64 + cell] ?? 0), 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  });

  it('moves that differ in kind, a cell or the scalar get different logits', async () => {
    const box = BOARD_BOXES.hex8;
    const move = [0, 3, 30, 40, 50];
    const variants = [
      move,
      ...Array.from({ length: 23 }, (_, i) => [0, (4 + i) % 24, 30, 40, 50]),
      [0, 3, 31, 40, 50],
      [0, 3, 30, 41, 50],
      [0, 3, 30, 40, 51],
      [0, 3, -1, 40, 50],
      [0, 3, 30, -1, 50],
      [0, 3, 30, 40, -1],
      [0, 3, 40, 30, 50],
      move,
    ];
    const scalars = variants.map((_, i) => (i === variants.length - 1 ? 0.25 : 0.5));
    const { planes } = positions(box, 1, 1);
    const { logits } = await answers(testModel('hex8'), { planes, moves: variants, scalars, count: 1 }, { box });
    expect(new Set(logits).size).toBe(variants.length);
  });

  it('the order of moves in the batch is free', async () => {
    const box = BOARD_BOXES.hex8;
    const model = testModel('hex8');
    const given = positions(box, 3, 7);
    const forward = await answers(model, given, { box });
    const backward = await answers(
      model,
      { ...given, moves: given.moves.toReversed(), scalars: given.scalars.toReversed() },
      { box },
    );
    expect(backward.logits.toReversed()).toEqual(forward.logits);
  });
});

describe('NetSession', () => {
  it('with a fixed batch ignores the rest, and says so when asked for too much', async () => {
    const box = BOARD_BOXES.hex8;
    const model = testModel('hex8');
    const given = positions(box, 2, 5);
    const free = await answers(model, given, { box });
    const fixed = await answers(model, given, { box, fixedBatch: true });
    expect(fixed.logits).toEqual(free.logits);
    const session = await NetSession.create(model, { box, maxBatch: 2, maxMoves: 10 });
    await expect(session.run(3, 1)).rejects.toThrow(RangeError);
    await expect(session.run(1, 11)).rejects.toThrow(RangeError);
    expect(() => session.output('plies')).toThrow(TypeError);
    await session.release();
  });

  it('accepts shared memory for its buffers', async () => {
    const box = BOARD_BOXES.hex8;
    const model = testModel('hex8');
    const given = positions(box, 2, 5);
    const shared = await answers(model, given, { box, allocate: (bytes) => new SharedArrayBuffer(bytes) });
    expect(shared.logits).toEqual((await answers(model, given, { box })).logits);
  });
});
