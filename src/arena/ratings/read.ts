/** Ratings as the results on record give them. */
import type { GameConfig } from '../../engine/config-key.ts';
import type { DataPaths } from '../../io/paths.ts';
import { type ModelFile, ModelStore } from '../../models/store.ts';
import { readState } from '../../state/open.ts';
import { modelSuffix } from '../participants/participant.ts';
import { matchesOf } from './facts.ts';
import { type Ratings, ratingsOf } from './ratings.ts';

/** Everybody who played a config. `statePath` is DataPaths.state. */
export const readRatings = async (statePath: string, { key }: GameConfig): Promise<Ratings> =>
  ratingsOf(await readState(statePath, ({ results }) => matchesOf(results, key)));

/**
 * Whole Elo of the model in the gauntlets that this host knows, undefined without any: that of the effort with the most
 * games, since how a model is used changes its rating less than which model it is.
 */
export async function eloOfModel(statePath: string, config: GameConfig, hash: string): Promise<number | undefined> {
  const { rated } = await readRatings(statePath, config);
  const suffix = modelSuffix(hash);
  const [most] = rated
    .filter(({ participant, games }) => participant.endsWith(suffix) && games > 0)
    .sort((a, b) => b.games - a.games || (a.participant < b.participant ? -1 : 1));
  return most && Math.round(most.elo);
}

/** Models in the store that no recorded game has seen, newest first. */
export const unratedModels = (paths: DataPaths, { key }: GameConfig): Promise<ModelFile[]> =>
  readState(paths.state, async ({ results, audit }) => {
    const seen = [...new Set((await matchesOf(results, key)).flatMap(({ seats }) => seats))];
    const models = await new ModelStore(paths.modelsFolder, audit, { readOnly: true }).list(key);
    return models.filter(({ hash }) => !seen.some((id) => id.endsWith(modelSuffix(hash))));
  });
