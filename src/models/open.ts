/** Opening the store and finding models by the names people give them. */
import { RrError } from '../core/errors.ts';
import { dataPaths } from '../io/paths.ts';
import { readState, withState } from '../state/open.ts';
import { POINTERS } from '../state/store/audit.ts';
import { namesFile } from './find.ts';
import { type LoadedModel, loadModel } from './load.ts';
import { type ModelFile, ModelStore } from './store.ts';

type Work<T> = (store: ModelStore) => Promise<T>;

/** Runs `work` with the store below the data root. */
export async function withStore<T>(data: string | undefined, work: Work<T>): Promise<T> {
  const paths = dataPaths(data);
  return withState(paths.state, ({ audit }) => work(new ModelStore(paths.modelsFolder, audit)));
}

/** The same for work that only reads: makes no files. */
export async function readStore<T>(data: string | undefined, work: Work<T>): Promise<T> {
  const paths = dataPaths(data);
  return readState(paths.state, ({ audit }) => work(new ModelStore(paths.modelsFolder, audit, { readOnly: true })));
}

export type NamedModel = LoadedModel & { readonly path: string };

/**
 * A model by file name, by pointer or hash in the store of `config`, or by hash in any config's store.
 * @throws RrError MODEL_NOT_FOUND, MODEL_AMBIGUOUS, USAGE for a pointer without a config, and those of loadModel
 */
export async function modelNamed(store: ModelStore, name: string, config?: string): Promise<NamedModel> {
  const path = namesFile(name) ? name : (await inStore(store, name, config)).path;
  return { ...(await loadModel({ path })), path };
}

async function inStore(store: ModelStore, name: string, config: string | undefined): Promise<ModelFile> {
  if (config !== undefined) return store.resolve(config, name);
  if (POINTERS.some((pointer) => pointer === name)) {
    throw new RrError('USAGE', { detail: `${name} of which game? add --config hex8_2p` });
  }
  const found = (await store.list()).filter(({ hash }) => hash.startsWith(name));
  const [first, ...others] = found;
  if (first === undefined || name.length < 4) {
    throw new RrError('MODEL_NOT_FOUND', { name, config: 'any config', hint: ` in ${store.folder}` });
  }
  if (others.length > 0) throw new RrError('MODEL_AMBIGUOUS', { name, config: 'all configs', count: found.length });
  return first;
}

/** A model as `rr model` prints it. */
export function modelRow({ metadata, hash }: LoadedModel, path: string) {
  const { config, architecture, players, family, encoder, policy, rules, parent, created, training } = metadata;
  return {
    config,
    hash,
    path,
    architecture,
    family,
    players,
    encoder,
    policy,
    rules,
    ...(parent !== undefined && { parent }),
    created,
    training,
  };
}

/** Columns of a list of models. */
export const MODEL_COLUMNS = [
  { title: 'CONFIG', value: (row: { readonly config: string }) => row.config },
  { title: 'MODEL', value: (row: { readonly hash: string }) => row.hash.slice(0, 12) },
  { title: 'PATH', wrap: true, value: (row: { readonly path: string }) => row.path },
];
