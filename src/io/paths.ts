/**
 * Where things lie below the data root (docs/files.md). The root is --data, else RR_DATA, else the current folder. Where
 * neither names one, upstream's variables for its data and models folders count; inside, both programs use the same names.
 */
import { resolve } from 'node:path';
import type { ConfigKey } from '../engine/config-key.ts';

export interface DataPaths {
  readonly root: string;
  /** `data`: everything recorded, games and training files. */
  readonly dataFolder: string;
  readonly gamesFolder: string;
  readonly trainingFolder: string;
  readonly modelsFolder: string;
  readonly stateFolder: string;
  /** `runs`: what loops did, by config. */
  readonly runsFolder: string;
  /** `data/games/hex8_2p.db` */
  readonly games: (config: ConfigKey) => string;
  /** `data/training/hex8_2p.npz` */
  readonly training: (config: ConfigKey) => string;
  /** `models/hex8_2p`: holds `<hash>.onnx` and the pointers. */
  readonly models: (config: ConfigKey) => string;
  /** `state/rr.db` */
  readonly state: string;
}

/** Pure: makes no folder. `root` is the value of --data when it was given. */
export function dataPaths(root?: string, env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): DataPaths {
  const given = root ?? env.RR_DATA;
  const base = resolve(cwd, given ?? '.');
  const folder = (name: string, upstream: string | undefined): string =>
    given === undefined && upstream ? resolve(cwd, upstream) : resolve(base, name);
  const dataFolder = folder('data', env.AI_SERVICE_DATA_DIR);
  const gamesFolder = resolve(dataFolder, 'games');
  const trainingFolder = resolve(dataFolder, 'training');
  const modelsFolder = folder('models', env.AI_SERVICE_MODELS_DIR);
  const stateFolder = resolve(base, 'state');
  return {
    root: base,
    dataFolder,
    gamesFolder,
    trainingFolder,
    modelsFolder,
    stateFolder,
    runsFolder: resolve(base, 'runs'),
    games: (config) => resolve(gamesFolder, `${config}.db`),
    training: (config) => resolve(trainingFolder, `${config}.npz`),
    models: (config) => resolve(modelsFolder, config),
    state: resolve(stateFolder, 'rr.db'),
  };
}
