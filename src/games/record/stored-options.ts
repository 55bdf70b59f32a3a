/** What the `options` column of a stored game holds: the fields of a record that have no column of their own. */

import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import type { StoredGame } from '../store/types.ts';
import { gameSchema } from './game.ts';

const storedOptions = z.looseObject({
  rules: gameSchema.shape.options.optional(),
  outcome: gameSchema.shape.outcome,
  detector: gameSchema.shape.detector,
  swapped: gameSchema.shape.swapped,
  opening: gameSchema.shape.opening,
  fork: gameSchema.shape.fork,
  eliminated: gameSchema.shape.eliminated,
  territory: gameSchema.shape.territory,
});
export type StoredOptions = z.infer<typeof storedOptions>;

/** The parsed column. @throws RrError FILE_CORRUPT */
export function optionsOfStored({ options }: Pick<StoredGame, 'options'>, where: string): StoredOptions {
  let value: unknown;
  try {
    value = JSON.parse(options);
  } catch {
    value = undefined;
  }
  const checked = storedOptions.safeParse(value);
  if (checked.success) return checked.data;
  const detail = `its options cannot be read (${checked.error.issues[0]?.message})`;
  throw new RrError('FILE_CORRUPT', { path: where, detail });
}
