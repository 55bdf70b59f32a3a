/** A model in the store tells of itself: that it came, and how it was trained. */
import { hostname } from 'node:os';
import * as z from 'zod';
import type { DataPaths } from '../../io/paths.ts';
import { loadModel } from '../../models/load.ts';
import { type ModelFile, ModelStore } from '../../models/store.ts';
import type { ModelMetadata } from '../../net/arch/metadata.ts';
import { type Event, eventId, makeEvent } from '../../state/store/event.ts';
import type { StateStore } from '../../state/store/store.ts';

const Training = z.looseObject({
  steps: z.int(),
  samples: z.int().optional(),
  games: z.int().optional(),
  validation: z
    .looseObject({
      loss: z.number().optional(),
      policy_top1: z.number().optional(),
      value_accuracy: z.number().optional(),
    })
    .optional(),
});

/** Of the models that the log does not know. A file that is damaged is left to `rr doctor`. */
export async function modelEvents(paths: DataPaths, { audit, events }: StateStore): Promise<Event[]> {
  const models = await new ModelStore(paths.modelsFolder, audit, { readOnly: true }).list();
  const idOf = ({ config, hash }: ModelFile): string => eventId('model_registered', { config, model: hash });
  const lacking = await events.lacking(models.map(idOf));
  const found: Event[] = [];
  for (const model of models.filter((one) => lacking.has(idOf(one)))) {
    const loaded = await loadModel(model).catch(() => undefined);
    if (loaded) found.push(...eventsOf(model, loaded.metadata));
  }
  return found;
}

function eventsOf({ config, hash: model, addedAt }: ModelFile, metadata: ModelMetadata): Event[] {
  const { architecture, parent = null } = metadata;
  const common = { at: addedAt, host: hostname(), config };
  const facts = { config, model, arch: architecture.name, parent };
  const registered = makeEvent({ ...common, type: 'model_registered', facts });
  const training = Training.safeParse(metadata.training);
  if (!training.success) return [registered];
  const { steps, games = null, samples = null, validation } = training.data;
  const { loss = null, policy_top1: policyTop1 = null, value_accuracy: valueAccuracy = null } = validation ?? {};
  const trained = { model, steps, games, samples, loss, policyTop1, valueAccuracy };
  // it ended before the file came here, perhaps on another machine: then that one's note is the first
  return [makeEvent({ ...common, type: 'training_completed', facts: trained }), registered];
}
