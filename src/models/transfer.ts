/**
 * A model of one game as the start of one for another: other boards of the family share every weight (the tower does
 * not depend on the size of the board), other numbers of players share all but the heads that have a place per seat.
 *
 * Seats are relative to the mover. A seat that the source does not have starts as a copy of its last opponent's; for
 * fewer players the surplus seats are left out. Planes of further players exist in every network and were zero so far.
 */

import { at } from '../core/at.ts';
import { RrError } from '../core/errors.ts';
import type { GameConfig } from '../engine/config-key.ts';
import type { NetSpec } from '../net/arch/architectures.ts';
import { BOARD_BOXES } from '../net/arch/boards.ts';
import type { NetModel } from '../net/arch/metadata.ts';
import { specOf } from '../net/arch/metadata.ts';
import { type Parameter, parameterOf, parametersOf } from '../net/arch/parameters.ts';
import type { LoadedModel } from './load.ts';
import { newModel, specFor } from './save.ts';

interface SeatHead {
  readonly groups: number;
  readonly nobody: boolean;
}

/** Heads whose columns stand for seats: from the columns' number to group, seat (P: nobody) of each. */
const SEAT_HEADS: Readonly<Record<string, SeatHead>> = {
  'value.seats': { groups: 1, nobody: false },
  ownership: { groups: 1, nobody: true },
  margins: { groups: 2, nobody: false },
};

/** @throws RrError MODEL_INCOMPATIBLE when the boards are of different families */
export function transferModel(model: LoadedModel, target: GameConfig): NetModel {
  const { metadata } = model;
  const { family } = BOARD_BOXES[target.board];
  if (metadata.family !== family) {
    const detail = `a model of the ${metadata.family} family does not fit ${target.key}`;
    throw new RrError('MODEL_INCOMPATIBLE', { where: model.hash.slice(0, 12), detail });
  }
  const spec = specFor(target, metadata.architecture);
  const weights = transferWeights(specOf(metadata), model.weights, spec);
  return newModel(target, spec, weights, { parent: model.hash, training: { made: 'transfer', from: metadata.config } });
}

/** The weights of `to` from those of `from`; the two differ in the number of players only. */
export function transferWeights(from: NetSpec, weights: Float32Array, to: NetSpec): Float32Array {
  const source = parametersOf(from);
  const target = parametersOf(to);
  const result = new Float32Array(target.size);
  for (const parameter of target.all) {
    const old = parameterOf(source, parameter.name);
    const values = weights.subarray(old.offset, old.offset + old.size);
    const head = SEAT_HEADS[parameter.name.replace(/\.(weight|bias)$/, '')];
    if (!head) result.set(values, parameter.offset);
    else {
      const width = (of: Parameter): number => of.shape.at(-1) ?? 1;
      copySeats(
        { values, width: width(old), seats: from.players },
        {
          values: result.subarray(parameter.offset, parameter.offset + parameter.size),
          width: width(parameter),
          seats: to.players,
        },
        head,
      );
    }
  }
  return result;
}

/** Values of a head: rows of `width` columns that stand for so many seats. */
interface HeadValues {
  readonly values: Float32Array;
  readonly width: number;
  readonly seats: number;
}

function copySeats(from: HeadValues, to: HeadValues, { groups, nobody }: SeatHead): void {
  const rows = to.values.length / to.width;
  const [before, columns] = [from.seats + (nobody ? 1 : 0), to.seats + (nobody ? 1 : 0)];
  for (let row = 0; row < rows; row++) {
    for (let group = 0; group < groups; group++) {
      for (let column = 0; column < columns; column++) {
        const isNobody = column === to.seats;
        const seat = isNobody ? from.seats : Math.min(column, from.seats - 1);
        const value = at(from.values, row * from.width + group * before + seat);
        to.values[row * to.width + group * columns + column] = value;
      }
    }
  }
}
