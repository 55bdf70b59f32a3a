/** Finds models by pointer, hash or path, for commands that name them in text. */
import { existsSync, readFileSync } from 'node:fs';
import type { GameConfig } from '../engine/config-key.ts';
import { requireFile } from '../io/missing-file.ts';
import type { DataPaths } from '../io/paths.ts';
import { readModel } from '../net/model/file.ts';
import { readState } from '../state/open.ts';
import { POINTERS } from '../state/store/audit.ts';
import { ModelStore } from './store.ts';

export interface FoundModel {
  readonly hash: string;
  readonly path: string;
}

/** True when a name means a file, not a model of the store: it looks like one, or one is there. */
export const namesFile = (name: string): boolean =>
  !POINTERS.some((pointer) => pointer === name) && (name.includes('/') || name.endsWith('.onnx') || existsSync(name));

/** Content hash of the model in production; undefined before the first promotion. */
export const productionModel = ({ key }: GameConfig, paths: DataPaths): Promise<string | undefined> =>
  readState(paths.state, ({ audit }) =>
    new ModelStore(paths.modelsFolder, audit, { readOnly: true }).pointer(key, 'production'),
  );

/** `candidate`, `3fa2b19c` or `./model.onnx`. @throws RrError MODEL_NOT_FOUND, MODEL_INVALID, FILE_NOT_FOUND … */
export async function findModel(name: string, { key }: GameConfig, paths: DataPaths): Promise<FoundModel> {
  if (namesFile(name)) {
    requireFile(name);
    return { hash: readModel(readFileSync(name), name).hash, path: name };
  }
  return readState(paths.state, async ({ audit }) => {
    const { hash, path } = await new ModelStore(paths.modelsFolder, audit, { readOnly: true }).resolve(key, name);
    return { hash, path };
  });
}
