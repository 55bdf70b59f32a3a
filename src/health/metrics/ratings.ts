/** Strength and training of the models in production, by config. */

import { modelSuffix } from '../../arena/participants/participant.ts';
import { matchesOf } from '../../arena/ratings/facts.ts';
import { ratingsOf } from '../../arena/ratings/ratings.ts';
import type { DataPaths } from '../../io/paths.ts';
import { ModelStore } from '../../models/store.ts';
import { factsOf } from '../../state/store/event.ts';
import type { StateStore } from '../../state/store/store.ts';
import type { Family, Sample } from './text.ts';

export async function ratingFamilies(paths: DataPaths, state: StateStore): Promise<Family[]> {
  const store = new ModelStore(paths.modelsFolder, state.audit, { readOnly: true });
  const trained = new Map(
    (await state.events.find({ types: ['training_completed'] })).flatMap((event) => {
      const facts = factsOf(event, 'training_completed');
      return facts ? [[facts.model, facts] as const] : [];
    }),
  );
  const found: Record<string, Sample[]> = {};
  const put = (name: string, labels: Sample['labels'], value: number | null | undefined): void => {
    if (value === null || value === undefined) return;
    found[name] = [...(found[name] ?? []), { labels, value }];
  };
  for (const config of store.configs()) {
    const labels = { config };
    put('models', labels, (await store.list(config)).length);
    const hash = await store.pointer(config, 'production');
    if (hash === undefined) continue;
    const moved = (await state.audit.winner(config, 'production'))?.at;
    put('production_timestamp_seconds', labels, moved && moved / 1000);
    const { rated } = ratingsOf(await matchesOf(state.results, config));
    const [best] = rated
      .filter(({ participant, games }) => participant.endsWith(modelSuffix(hash)) && games > 0)
      .sort((a, b) => b.games - a.games);
    put('production_elo', labels, best?.elo);
    put('production_elo_low', labels, best?.low);
    put('production_elo_high', labels, best?.high);
    put('production_games', labels, best?.games);
    const training = trained.get(hash);
    put('production_loss', labels, training?.loss);
    put('production_policy_top1_ratio', labels, training?.policyTop1);
    put('production_value_accuracy_ratio', labels, training?.valueAccuracy);
  }
  return Object.entries(HELP).map(([name, help]) => ({ name, help, kind: 'gauge', samples: found[name] ?? [] }));
}

const HELP: Readonly<Record<string, string>> = {
  models: 'Models in the store.',
  production_timestamp_seconds: 'When the model in production got there.',
  production_elo: 'Elo of the model in production, by its gauntlets on record.',
  production_elo_low: 'Lower end of the 95 % interval of that Elo.',
  production_elo_high: 'Upper end of the 95 % interval of that Elo.',
  production_games: 'Games that the Elo rests on.',
  production_loss: 'Validation loss of the training that made the model in production.',
  production_policy_top1_ratio: 'Share of positions of which that training guessed the move.',
  production_value_accuracy_ratio: 'Share of positions of which that training guessed the winner.',
};
