/** Answers of fixed networks on fixed positions in every form a network is computed in. */

import type { BoardName } from '../../../src/engine/boards.ts';
import { gameConfig } from '../../../src/engine/config-key.ts';
import { loadModel } from '../../../src/models/load.ts';
import { newModel, specFor } from '../../../src/models/save.ts';
import { ARCHITECTURES } from '../../../src/net/arch/architectures.ts';
import { BOARD_BOXES } from '../../../src/net/arch/boards.ts';
import type { NetModel } from '../../../src/net/arch/metadata.ts';
import { initialWeights } from '../../../src/net/arch/parameters.ts';
import { MOVE_COLUMNS, writeMoves } from '../../../src/net/encode/rr1/moves.ts';
import { channelsFirst, RR1_PLANES, writePlanes } from '../../../src/net/encode/rr1/planes.ts';
import { HEADS } from '../../../src/net/lower/outputs.ts';
import { calibrate } from '../../../src/net/session/calibrate.ts';
import { NetSession, type SessionOptions } from '../../../src/net/session/session.ts';
import type { Facts } from './frozen.ts';
import { pinFile } from './pin-files.ts';
import { randomGame } from './random-game.ts';

/** Form → options, and by how much its answers may differ from the frozen ones. */
const FORMS = {
  conv: { form: 'conv' },
  'winograd 2': { form: 'winograd', tile: 2 },
  'winograd 4': { form: 'winograd', tile: 4 },
  'conv-fp16': { form: 'conv-fp16' },
  int8: { form: 'int8' },
} as const satisfies Record<string, Partial<SessionOptions>>;
export type PinnedForm = keyof typeof FORMS;

/** Relative to 1 or the value: rounding for float32, half precision and steps of eight bits for the rest. */
export const TOLERANCES: Readonly<Record<PinnedForm, number>> = {
  conv: 1e-4,
  'winograd 2': 1e-4,
  'winograd 4': 1e-4,
  'conv-fp16': 1e-3,
  int8: 1e-2,
};

export type LoweringFacts = Readonly<Record<PinnedForm, Readonly<Record<string, Facts>>>>;

export async function loweringFacts(): Promise<LoweringFacts> {
  const square = gameConfig('square8', 3);
  const spec = specFor(square, ARCHITECTURES.nano);
  const models: [BoardName, NetModel][] = [
    ['hex8', await loadModel({ path: pinFile('model.onnx') })],
    ['square8', newModel(square, spec, initialWeights(spec, 9), { training: { samples: 0 } })],
  ];
  const facts: Record<string, Record<string, Facts>> = {};
  for (const [board, model] of models) {
    const given = positionsOf(board, model.metadata.players);
    const ranges = await calibrate(model, BOARD_BOXES[board], given.planes);
    for (const [name, options] of Object.entries(FORMS)) {
      const asked = options.form === 'int8' ? { ...options, ranges } : options;
      facts[name] = { ...facts[name], [board]: await answers(model, board, given, asked) };
    }
  }
  return facts as LoweringFacts;
}

interface Given {
  readonly count: number;
  /** [count, planes, H·W] */
  readonly planes: Float32Array;
  readonly moves: readonly number[];
  readonly numbers: readonly number[];
}

/** Every ninth position of the start of a random game. */
function positionsOf(board: BoardName, players: number): Given {
  if (players !== 2 && players !== 3) throw new Error(`${players} players`);
  const planes: Float32Array[] = [];
  const moves: number[] = [];
  const numbers: number[] = [];
  const area = BOARD_BOXES[board].height * BOARD_BOXES[board].width;
  randomGame(board, players, 3, (s, legal, decision) => {
    if (decision % 9 !== 8 || planes.length === 5) return;
    const one = new Float32Array(RR1_PLANES * area);
    writePlanes(s, one, channelsFirst(board));
    const rows = new Int32Array(legal.length * MOVE_COLUMNS);
    const scalars = new Float32Array(legal.length);
    writeMoves(s, legal, planes.length, rows, scalars, 0);
    planes.push(one);
    moves.push(...rows.subarray(0, 12 * MOVE_COLUMNS));
    numbers.push(...scalars.subarray(0, 12));
  });
  const all = Float32Array.from(planes.flatMap((one) => [...one]));
  return { count: planes.length, planes: all, moves, numbers };
}

async function answers(
  model: NetModel,
  board: BoardName,
  given: Given,
  options: Partial<SessionOptions>,
): Promise<Facts> {
  const box = BOARD_BOXES[board];
  const { count, planes, moves, numbers } = given;
  const session = await NetSession.create(model, { box, maxBatch: count, maxMoves: 100, heads: HEADS, ...options });
  const { strides, x } = session;
  const area = box.height * box.width;
  const channels = model.metadata.planes;
  for (let i = 0; i < planes.length; i++) {
    const [sample, plane, cell] = [Math.floor(i / area / channels), Math.floor(i / area) % channels, i % area];
    x[sample * strides.sample + plane * strides.plane + cell * strides.cell] = planes[i];
  }
  session.moves.set(moves);
  session.moveScalars.set(numbers);
  await session.run(count, numbers.length);
  const { players } = model.metadata;
  const numbersOf = (head: (typeof HEADS)[number], length: number): number[] =>
    Array.from(session.output(head).subarray(0, length), (value) => Number(value.toPrecision(7)));
  const owners = numbersOf('ownership', (players + 1) * area).filter((_, i) => box.valid[i % area] === 1);
  const facts = {
    logits: numbersOf('logits', numbers.length),
    value: numbersOf('value', count * players),
    // the first position's, every eleventh
    ownership: owners.filter((_, i) => i % 11 === 0),
    margins: numbersOf('margins', count * 2 * players),
    plies: numbersOf('plies', count),
  };
  await session.release();
  return facts;
}
