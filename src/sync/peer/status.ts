/** Status of one machine, for `rr cluster status`. */
import { availableParallelism, loadavg } from 'node:os';
import { VERSION } from '../../core/version.ts';
import { diskSpace, memory } from '../../io/machine.ts';
import type { DataPaths } from '../../io/paths.ts';
import type { ModelStore } from '../../models/store.ts';
import type { Runs } from '../../state/store/runs.ts';
import { summariseDatabases } from './games.ts';
import type { HostStatusReport } from './methods.ts';
import { outputOf } from './program.ts';

/** Newest models named per config. */
const MODELS = 3;

export async function hostStatus(paths: DataPaths, runs: Runs, models: ModelStore): Promise<HostStatusReport> {
  return {
    rr: VERSION,
    load: loadavg(),
    cores: availableParallelism(),
    memory: memory(),
    disk: diskSpace(paths.stateFolder),
    gpus: await graphicsCards(),
    jobs: (await runs.active()).map(({ command, config, started_at }) => ({ command, config, startedAt: started_at })),
    games: summariseDatabases(paths),
    models: await shownModels(models),
  };
}

/** The newest models of every config, and those that a pointer stands at. */
async function shownModels(models: ModelStore): Promise<HostStatusReport['models']> {
  const shown: HostStatusReport['models'] = [];
  for (const config of models.configs()) {
    const found = await models.list(config);
    const chosen = found.filter((model, index) => index < MODELS || model.pointers.length > 0);
    shown.push(...chosen.map(({ hash, addedAt, pointers }) => ({ config, hash, addedAt, pointers: [...pointers] })));
  }
  return shown;
}

const QUERY = 'name,utilization.gpu,memory.used,memory.total';

/** As nvidia-smi tells; none where it is not installed. */
export async function graphicsCards(): Promise<HostStatusReport['gpus']> {
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
