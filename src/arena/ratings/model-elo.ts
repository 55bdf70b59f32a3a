/** The rating of a model, for temperatures that go by it. */

import type { GameConfig } from '../../engine/config-key.ts';
import { StateDb } from '../../state/database.ts';
import { modelSuffix } from '../participants/participant.ts';
import { matchesOf } from './facts.ts';
import { ratingsOf } from './ratings.ts';

/**
 * Whole Elo of the model in the gauntlets that this host knows, undefined without any: that of the effort with the most
 * games, since how a model is used changes its rating less than which model it is.
 */
export function eloOfModel(statePath: string, { key }: GameConfig, hash: string): number | undefined {
  const state = StateDb.openToRead(statePath);
  try {
    const suffix = modelSuffix(hash);
    const { rated } = ratingsOf(matchesOf(state, key));
    const [most] = rated
      .filter(({ participant, games }) => participant.endsWith(suffix) && games > 0)
      .sort((a, b) => b.games - a.games || (a.participant < b.participant ? -1 : 1));
    return most && Math.round(most.elo);
  } finally {
    state.close();
  }
}
