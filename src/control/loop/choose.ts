/** From the settings of a loop to its executor, and a check of the names in them. */
import { parseParticipant } from '../../arena/participants/participant.ts';
import type { Settings } from '../../config/topics.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import type { DataPaths } from '../../io/paths.ts';
import { type FoundModel, findModel } from '../../models/find.ts';
import { architectureOf } from '../../net/arch/architectures.ts';
import { parseTemperature } from '../../search/temperature.ts';
import { POINTERS } from '../../state/store/audit.ts';
import { type Executor, localExecutor } from './executor.ts';
import { SlurmExecutor } from './slurm.ts';

export const executorOf = (settings: Settings<'loop'>): Executor =>
  settings.executor === 'local'
    ? localExecutor
    : new SlurmExecutor({
        shards: settings.shards,
        cpus: settings['shard-cpus'],
        gpus: settings['shard-gpus'],
        seconds: settings['shard-seconds'],
      });

/** Names that a later stage would trip over, hours into the round. @throws RrError USAGE */
export async function checkNames(settings: Settings<'loop'>, config: GameConfig, paths: DataPaths): Promise<void> {
  architectureOf(settings.arch);
  parseTemperature(String(settings.temperature));
  const context = {
    engine: 'gumbel',
    simulations: settings['gauntlet-budget'],
    seconds: 1,
    // what a pointer will stand at is not known yet
    findModel: async (name: string): Promise<FoundModel> =>
      POINTERS.some((pointer) => pointer === name) ? { hash: '', path: '' } : findModel(name, config, paths),
  } as const;
  for (const name of settings.opponents.split(',')) await parseParticipant(name.trim(), context);
}
