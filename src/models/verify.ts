/**
 * Self-test of a model on this machine. The fp32 forms that a network is lowered to must agree on positions
 * of real games; int8 differs by nature, its error is reported.
 */
import { at } from '../core/at.ts';
import { RrError } from '../core/errors.ts';
import { apply } from '../engine/apply.ts';
import type { BoardName } from '../engine/boards.ts';
import type { PlayerCount } from '../engine/config-key.ts';
import { parsePlayerCount } from '../engine/config-key.ts';
import { legalMoves } from '../engine/legal.ts';
import { MoveList } from '../engine/moves.ts';
import { Random } from '../engine/random.ts';
import { createRules } from '../engine/rules.ts';
import { State } from '../engine/state.ts';
import { BOARD_BOXES } from '../net/arch/boards.ts';
import type { NetModel } from '../net/arch/metadata.ts';
import { writeMoves } from '../net/encode/rr1/moves.ts';
import { channelsFirst, RR1_PLANES, writePlanes } from '../net/encode/rr1/planes.ts';
import type { ActivationRanges } from '../net/lower/int8.ts';
import type { FormName } from '../net/lower/lower.ts';
import { calibrate } from '../net/session/calibrate.ts';
import { NetSession } from '../net/session/session.ts';

/** Largest difference of a policy logit or a win share between forms of equal precision. */
const FORM_TOLERANCE = 1e-4;

export interface FormCheck {
  readonly form: FormName;
  /** Largest |Δ| to the convolution form over all moves and seats. */
  readonly logits: number;
  readonly value: number;
  /** Share of positions whose likeliest move is the same. */
  readonly sameMove: number;
  /** The form has to agree within FORM_TOLERANCE. */
  readonly exact: boolean;
  readonly agrees: boolean;
}

export interface SelfTest {
  readonly board: BoardName;
  readonly positions: number;
  readonly forms: readonly FormCheck[];
}

/** Positions of random games, spread over their length, every one with a choice of moves. */
export function testPositions(board: BoardName, players: PlayerCount, count: number, seed = 1): State[] {
  const rules = createRules(board, players);
  const found: State[] = [];
  const legal = new MoveList();
  for (let game = 0; found.length < count; game++) {
    const random = new Random(seed, game);
    const s = new State(rules);
    const every = 5 + random.below(8);
    for (let ply = 0; !s.isOver && found.length < count; ply++) {
      legalMoves(s, legal);
      if (legal.length > 1 && ply % every === every - 1) found.push(s.clone());
      apply(s, at(legal.moves, random.below(legal.length)));
    }
  }
  return found;
}

/**
 * @param int8 also measure the quantised form (calibrated on positions of its own)
 * @throws RrError MODEL_INVALID when a form gives something that is no number
 */
export async function selfTest(model: NetModel, board: BoardName, positions: number, int8: boolean): Promise<SelfTest> {
  const states = testPositions(board, parsePlayerCount(model.metadata.players), positions);
  const reference = await answers(model, board, states, 'conv');
  const forms: FormCheck[] = [];
  for (const form of int8 ? (['winograd', 'int8'] as const) : (['winograd'] as const)) {
    const ranges = form === 'int8' ? await calibrated(model, board) : undefined;
    const found = await answers(model, board, states, form, ranges);
    const logits = largestDifference(reference.logits, found.logits);
    const value = largestDifference(reference.value, found.value);
    forms.push({
      ...{ form, logits, value, sameMove: sameChoices(reference, found), exact: form !== 'int8' },
      agrees: Math.max(logits, value) <= FORM_TOLERANCE,
    });
  }
  return { board, positions: states.length, forms };
}

interface Answers {
  readonly logits: Float32Array;
  readonly value: Float32Array;
  /** Legal moves of each position. */
  readonly moves: readonly number[];
}

async function answers(
  model: NetModel,
  board: BoardName,
  states: readonly State[],
  form: FormName,
  ranges?: ActivationRanges,
): Promise<Answers> {
  const legal = new MoveList();
  const moves = states.map((s) => {
    legalMoves(s, legal);
    return legal.length;
  });
  const total = moves.reduce((sum, count) => sum + count, 0);
  const session = await NetSession.create(model, {
    box: BOARD_BOXES[board],
    form,
    maxBatch: states.length,
    maxMoves: total,
    ...(ranges && { ranges }),
  });
  try {
    const { sample, cell, plane } = session.strides;
    let row = 0;
    states.forEach((s, i) => {
      writePlanes(s, session.x, { offset: i * sample, planeStride: plane, cellStride: cell });
      legalMoves(s, legal);
      row = writeMoves(s, legal, i, session.moves, session.moveScalars, row);
    });
    await session.run(states.length, row);
    const [logits, value] = [session.output('logits').slice(0, row), session.output('value').slice()];
    if (![...logits, ...value].every(Number.isFinite)) {
      throw new RrError('MODEL_INVALID', { where: model.metadata.config, detail: `its ${form} form answers with NaN` });
    }
    return { logits, value, moves };
  } finally {
    await session.release();
  }
}

/** Ranges from positions that the self-test does not use. */
const calibrated = (model: NetModel, board: BoardName): Promise<ActivationRanges> =>
  calibrate(model, BOARD_BOXES[board], testPlanes(board, parsePlayerCount(model.metadata.players), 64, 2));

/** Planes of test positions, [count, planes, H, W]. */
export function testPlanes(board: BoardName, players: PlayerCount, count: number, seed: number): Float32Array {
  const states = testPositions(board, players, count, seed);
  const box = BOARD_BOXES[board];
  const planes = new Float32Array(states.length * RR1_PLANES * box.height * box.width);
  states.forEach((s, i) => {
    writePlanes(s, planes, channelsFirst(board, i));
  });
  return planes;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(at(a, i) - at(b, i)));
  return most;
}

function sameChoices({ logits, moves }: Answers, other: Answers): number {
  let first = 0;
  let same = 0;
  for (const count of moves) {
    const best = (values: Float32Array): number => {
      const part = values.subarray(first, first + count);
      return part.indexOf(Math.max(...part));
    };
    if (best(logits) === best(other.logits)) same++;
    first += count;
  }
  return same / moves.length;
}
