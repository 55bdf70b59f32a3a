import { expect, test } from 'vitest';
import { ARCHITECTURES } from '../../../src/net/arch/architectures.ts';
import { BOARD_BOXES } from '../../../src/net/arch/boards.ts';
import {
  checkSessionMemory,
  checkTrainingMemory,
  type SessionSize,
  sessionBytes,
} from '../../../src/net/session/memory.ts';
import { NetSession } from '../../../src/net/session/session.ts';
import { untrainedModel } from '../../search/models.ts';

const model = untrainedModel('hex8', 2, 'v2');
const size = (maxBatch: number): SessionSize => ({
  box: BOARD_BOXES.hex8,
  maxBatch,
  maxMoves: maxBatch * 1024,
  onCpu: true,
});

test('memory grows with batch, sets and graphs, and a device computes in its own', () => {
  const one = sessionBytes(model, size(16));
  expect(sessionBytes(model, size(32))).toBe(2 * one);
  expect(sessionBytes(model, { ...size(16), graphs: 3 })).toBe(3 * one);
  const computing = one - sessionBytes(model, { ...size(16), onCpu: false });
  expect(computing).toBe(4 * 16 * 81 * 96 * 7);
  expect(sessionBytes(model, { ...size(16), sets: 2 })).toBe(2 * (one - computing) + computing);
});

test('what does not fit is refused with what would', () => {
  const free = 10 * sessionBytes(model, size(16));
  expect(() => checkSessionMemory(model, size(160), free)).not.toThrow();
  expect(() => checkSessionMemory(model, size(320), free)).toThrow(
    expect.objectContaining({ code: 'BATCH_TOO_LARGE', exit: 2, params: expect.objectContaining({ fits: 160 }) }),
  );
});

test('a session is refused before anything is allocated', async () => {
  const before = process.memoryUsage().rss;
  await expect(NetSession.create(model, size(2 ** 30))).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
  expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
});

test('a batch that no machine could train is refused', () => {
  const spec = { architecture: ARCHITECTURES.v2, family: 'hex', planes: 61, players: 2, kinds: 13 } as const;
  expect(() => checkTrainingMemory(spec, BOARD_BOXES.hex8, 256, 2 ** 31)).not.toThrow();
  expect(() => checkTrainingMemory(spec, BOARD_BOXES.hex8, 1024, 2 ** 31)).toThrow(
    expect.objectContaining({ code: 'BATCH_TOO_LARGE' }),
  );
});
