/** Small networks and made-up positions for the tests of src/net. */

import type { BoardName } from '../../src/engine/boards.ts';
import { ARCHITECTURES, type ArchitectureName } from '../../src/net/arch/architectures.ts';
import { BOARD_BOXES, type BoardBox } from '../../src/net/arch/boards.ts';
import { type ModelMetadata, type NetModel, specOf } from '../../src/net/arch/metadata.ts';
import { initialWeights } from '../../src/net/arch/parameters.ts';
import { HEADS, type Head } from '../../src/net/lower/outputs.ts';
import { NetSession, type SessionOptions } from '../../src/net/session/session.ts';

export const PLANES = 20;

export function testModel(board: BoardName, architecture: ArchitectureName = 'nano', players = 3, seed = 1): NetModel {
  const metadata: ModelMetadata = {
    format: 1,
    config: `${board}_${players}p`,
    family: BOARD_BOXES[board].family,
    architecture: ARCHITECTURES[architecture],
    planes: PLANES,
    players,
    kinds: 24,
    encoder: 'rr1',
    policy: 'rr1',
    rules: 'test',
    training: { samples: 0 },
    created: '2026-01-01T00:00:00.000Z',
  };
  return { metadata, weights: initialWeights(specOf(metadata), seed) };
}

/** Deterministic numbers in [0, 1). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export interface Positions {
  /** [count, planes, H·W] */
  readonly planes: Float32Array;
  readonly moves: readonly (readonly number[])[];
  readonly scalars: readonly number[];
  readonly count: number;
}

export function positions(box: BoardBox, count: number, movesEach: number, seed = 7): Positions {
  const uniform = uniforms(seed);
  const area = box.height * box.width;
  const planes = new Float32Array(count * PLANES * area);
  for (let i = 0; i < planes.length; i++) {
    const plane = Math.floor(i / area) % PLANES;
    const bit = uniform() < 0.2 ? 1 : 0;
    planes[i] = box.valid[i % area] ? (plane === 0 ? 1 : bit) : 0;
  }
  const onBoard = [...box.valid.keys()].filter((cell) => box.valid[cell]);
  const cell = (): number => (uniform() < 0.2 ? -1 : (onBoard[Math.floor(uniform() * onBoard.length)] ?? -1));
  const moves = Array.from({ length: count * movesEach }, (_, i) => [
    Math.floor(i / movesEach),
    Math.floor(uniform() * 24),
    cell(),
    cell(),
    cell(),
  ]);
  return { planes, moves, scalars: moves.map(() => uniform()), count };
}

/** Answers of a model on the given positions, every head, in one run. */
export async function answers(
  model: NetModel,
  given: Positions,
  options: Partial<SessionOptions> & Pick<SessionOptions, 'box'>,
): Promise<Record<Head, Float32Array>> {
  const maxBatch = given.count + 3;
  const session = await NetSession.create(model, { maxBatch, maxMoves: 2000, heads: HEADS, ...options });
  const { strides, x } = session;
  const area = options.box.height * options.box.width;
  for (let i = 0; i < given.planes.length; i++) {
    const [sample, plane, cell] = [Math.floor(i / area / PLANES), Math.floor(i / area) % PLANES, i % area];
    x[sample * strides.sample + plane * strides.plane + cell * strides.cell] = given.planes[i] ?? 0;
  }
  session.moves.set(given.moves.flat());
  session.moveScalars.set(given.scalars);
  await session.run(given.count, given.moves.length);
  const n = given.count;
  const { players } = model.metadata;
  const result = {
    logits: session.output('logits').slice(0, given.moves.length),
    value: session.output('value').slice(0, n * players),
    ownership: onBoardOnly(session.output('ownership').slice(0, n * (players + 1) * area), options.box),
    margins: session.output('margins').slice(0, n * 2 * players),
    plies: session.output('plies').slice(0, n),
  };
  await session.release();
  return result;
}

/** Off-board cells hold no answer. */
const onBoardOnly = (values: Float32Array, box: BoardBox): Float32Array =>
  values.map((value, i) => (box.valid[i % box.valid.length] ? value : 0));

export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] ?? Number.NaN))), 0);
