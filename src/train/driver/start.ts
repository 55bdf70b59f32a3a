/** The model that a training starts from. */

import { RrError } from '../../core/errors.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { modelNamed, type NamedModel } from '../../models/open.ts';
import type { ModelStore } from '../../models/store.ts';
import { BOARD_BOXES } from '../../net/arch/boards.ts';

/** @throws RrError MODEL_INCOMPATIBLE when it is of another family, number of players or architecture */
export async function startingModel(
  store: ModelStore,
  name: string,
  { board, players, key }: GameConfig,
  architecture: string | undefined,
): Promise<NamedModel> {
  const model = await modelNamed(store, name, key);
  const { metadata } = model;
  const refuse = (detail: string): RrError => new RrError('MODEL_INCOMPATIBLE', { where: name, detail });
  const { family } = BOARD_BOXES[board];
  if (metadata.family !== family) throw refuse(`a model of the ${metadata.family} family cannot start one for ${key}`);
  if (metadata.players !== players) {
    throw refuse(`it is for ${metadata.players} players; make one for ${players} with rr model transfer`);
  }
  if (architecture !== undefined && architecture !== metadata.architecture.name) {
    throw refuse(`its architecture is ${metadata.architecture.name}, --arch says ${architecture}`);
  }
  return model;
}
