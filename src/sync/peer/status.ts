/** What `rr cluster status` tells about one machine. */
import { availableParallelism, loadavg } from 'node:os';
import { VERSION } from '../../core/version.ts';
import { diskSpace, memory } from '../../io/machine.ts';
import type { DataPaths } from '../../io/paths.ts';
import type { ModelStore } from '../../models/store.ts';
import type { StateDb } from '../../state/database.ts';
import { activeRuns } from '../../state/journal.ts';
import { summariseDatabases } from './games.ts';
import type { HostStatusReport } from './methods.ts';
import { outputOf } from './program.ts';

/** Newest models named per config. */
const MODELS = 3;

export async function hostStatus(paths: DataPaths, state: StateDb, models: ModelStore): Promise<HostStatusReport> {
  return {
    rr: VERSION,
    load: loadavg(),
    cores: availableParallelism(),
    memory: memory(),
    disk: diskSpace(paths.stateFolder),
    gpus: await gpus(),
    jobs: activeRuns(state).map(({ command, config, started_at }) => ({ command, config, startedAt: started_at })),
    games: summariseDatabases(paths),
    models: models.configs().flatMap((config) =>
      models
        .list(config)
        .filter((model, index) => index < MODELS || model.pointers.length > 0)
        .map(({ hash, addedAt, pointers }) => ({ config, hash, addedAt, pointers: [...pointers] })),
    ),
  };
}

const QUERY = 'name,utilization.gpu,memory.used,memory.total';

/** As nvidia-smi tells; none where it is not installed. */
async function gpus(): Promise<HostStatusReport['gpus']> {
  const output = await outputOf('nvidia-smi', [`--query-gpu=${QUERY}`, '--format=csv,noheader,nounits'], {
    timeoutMs: 5000,
  });
  return (output ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', busy, used, total] = line.split(', ');
      const mebibytes = (text: string | undefined): number => (Number(text) || 0) * 2 ** 20;
      return {
        name,
        busyPercent: Number(busy) || 0,
        memoryUsed: mebibytes(used),
        memoryTotal: mebibytes(total),
      };
    });
}
