/** Made-up batches for benchmarks and tests of the training graph: right shapes, right masks, no meaning. */

import type { NetSpec } from '../../net/arch/architectures.ts';
import type { BoardBox } from '../../net/arch/boards.ts';
import { MOVE_WIDTH } from '../../net/session/session.ts';
import type { TrainingBatch } from '../graph/batch.ts';

/** Numbers in [0, 1) from a seed (mulberry32). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}

/** Fills a batch with random planes, `movesPerSample` moves a sample and random targets; returns the number of moves. */
export function fillRandomly(
  batch: TrainingBatch,
  spec: NetSpec,
  box: BoardBox,
  movesPerSample: number,
  seed: number,
): number {
  const uniform = uniforms(seed);
  const below = (limit: number): number => Math.floor(uniform() * limit);
  const area = box.height * box.width;
  const onBoard = [...box.valid.keys()].filter((cell) => box.valid[cell] === 1);
  const { size, strides } = batch;
  const { players } = spec;
  for (let sample = 0; sample < size; sample++) {
    for (const cell of onBoard) {
      const at = sample * strides.sample + cell * strides.cell;
      batch.x[at] = 1;
      for (let plane = 1; plane < spec.planes; plane++) batch.x[at + plane * strides.plane] = uniform() < 0.15 ? 1 : 0;
    }
    const first = sample * movesPerSample;
    let sum = 0;
    for (let move = first; move < first + movesPerSample; move++) {
      const cells = [0, 1, 2].map(() => (uniform() < 0.2 ? -1 : (onBoard[below(onBoard.length)] ?? -1)));
      batch.moves.set([sample, below(spec.kinds), ...cells], move * MOVE_WIDTH);
      batch.moveScalars[move] = uniform();
      const weight = uniform() ** 4;
      batch.policyTarget[move] = weight;
      sum += weight;
    }
    for (let move = first; move < first + movesPerSample; move++)
      batch.policyTarget[move] = (batch.policyTarget[move] ?? 0) / sum;
    batch.valueTarget.fill(0, sample * players, (sample + 1) * players);
    batch.valueTarget[sample * players + below(players)] = 1;
    for (let cell = 0; cell < area; cell++) {
      batch.ownershipTarget[sample * area + cell] = box.valid[cell] ? below(players + 1) : -1;
    }
    for (let i = 0; i < 2 * players; i++) batch.marginsTarget[sample * 2 * players + i] = 4 * uniform() - 2;
    batch.pliesTarget[sample] = uniform();
    batch.policyWeight[sample] = 0.5 + uniform();
    batch.valueWeight[sample] = 0.5 + uniform();
    batch.auxiliaryWeight[sample] = 0.5 + uniform();
  }
  return size * movesPerSample;
}
