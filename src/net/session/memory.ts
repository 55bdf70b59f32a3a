/** How much memory a session will take, before it is asked for: the system ends a process that asks for too much. */
import { RrError } from '../../core/errors.ts';
import type { NetSpec } from '../arch/architectures.ts';
import type { BoardBox } from '../arch/boards.ts';
import type { NetModel } from '../arch/metadata.ts';

/**
 * Floats per channel and cell that the runtime holds at one time while it computes a position: the transformed tiles of a
 * layer and its result twice over. Measured 7 to 9 (v2 on hex8, nano on hexagonal, batches of 128 and 256), and a little
 * less for convolutions.
 */
const ACTIVATIONS = 7;

/** Bytes per legal move of a batch: its row, its number, its logit. */
const MOVE_BYTES = 4 * (5 + 1 + 1);

export interface SessionSize {
  readonly box: BoardBox;
  readonly maxBatch: number;
  readonly maxMoves: number;
  /** The runtime computes in the memory of this machine, not of a device. */
  readonly onCpu: boolean;
  /** Sets of buffers round each graph, and graphs that compute at the same time; 1 each by default. */
  readonly sets?: number;
  readonly graphs?: number;
}

/** About so many bytes, weights left out. */
export function sessionBytes({ metadata }: NetModel, size: SessionSize): number {
  const { box, maxBatch, maxMoves, onCpu, sets = 1, graphs = 1 } = size;
  const area = box.height * box.width;
  const buffers = 4 * maxBatch * (metadata.planes * area + metadata.players) + MOVE_BYTES * maxMoves;
  const computing = onCpu ? 4 * maxBatch * area * metadata.architecture.channels * ACTIVATIONS : 0;
  return graphs * (sets * buffers + computing);
}

/** @throws RrError BATCH_TOO_LARGE when that is more than this process can still get */
export function checkSessionMemory(model: NetModel, size: SessionSize, available = process.availableMemory()): void {
  refuseBatch(size.maxBatch, sessionBytes(model, size), available);
}

/**
 * Floats per channel, cell and block (the stem and the heads counted as one) that a training step holds: what every
 * layer gave is kept for the way back. From `rr bench train --arch v2 --batches 256`: 1,082 MiB on hex8.
 */
const KEPT = 20;

/** The same for training. @throws RrError BATCH_TOO_LARGE */
export function checkTrainingMemory(
  { architecture, planes }: NetSpec,
  { height, width }: BoardBox,
  batch: number,
  available = process.availableMemory(),
): void {
  const { channels, blocks } = architecture;
  refuseBatch(batch, 4 * batch * height * width * (planes + channels * KEPT * (blocks + 1)), available);
}

function refuseBatch(batch: number, needed: number, available: number): void {
  if (needed <= available) return;
  throw new RrError('BATCH_TOO_LARGE', {
    batch,
    needed: inGiB(needed),
    available: inGiB(available),
    fits: Math.floor((batch * available) / needed),
  });
}

const inGiB = (bytes: number): string => `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
