/** Data folders with games, samples, models and results in them, and what is in one as a value to compare. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GameStore } from '../../src/games/store/store.ts';
import { dataPaths } from '../../src/io/paths.ts';
import { ModelStore } from '../../src/models/store.ts';
import { openState, withState } from '../../src/state/open.ts';
import { SHARED_EVENT_TYPES } from '../../src/state/store/event-types.ts';
import { makeResult } from '../../src/state/store/results.ts';
import { exampleGame } from '../games/store/example.ts';

export const sha = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

export function addGames(root: string, from: number, to: number, config = 'hex8_2p'): void {
  const store = GameStore.open(`${dataPaths(root, {}).gamesFolder}/${config}.db`);
  for (let n = from; n < to; n++) store.append(exampleGame(n));
  store.commit();
  store.close();
}

/** `seconds` is the file's time, since 1970. */
export function addNpz(root: string, name: string, content: string | Uint8Array, seconds = 1_700_000_000): string {
  const { trainingFolder } = dataPaths(root, {});
  mkdirSync(trainingFolder, { recursive: true });
  const path = join(trainingFolder, name);
  writeFileSync(path, content);
  utimesSync(path, seconds, seconds);
  return path;
}

/** A model whose bytes are `text`, with the pointer moved to it when named. */
export async function addModel(root: string, config: string, text: string, pointer?: 'production' | 'candidate') {
  const paths = dataPaths(root, {});
  const state = await openState(paths.state);
  const store = new ModelStore(paths.modelsFolder, state.audit);
  const source = join(paths.stateFolder, 'source.onnx');
  writeFileSync(source, text);
  const model = await store.add(config, source, async (path) => sha(readFileSync(path)));
  if (pointer) await store.point(config, pointer, model.hash, { actor: 'test', reason: 'test' });
  await state.close();
  return model;
}

export async function addResult(root: string, n: number): Promise<void> {
  const result = makeResult({ kind: 'match', config: 'hex8_2p', atMs: n, record: { n } });
  await withState(dataPaths(root, {}).state, ({ results }) => results.add([result]));
}

/** Everything a sync carries, independent of where and when it arrived. */
export async function contents(root: string): Promise<object> {
  const paths = dataPaths(root, {});
  const list = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
  const games = list(paths.gamesFolder)
    .filter((name) => name.endsWith('.db'))
    .map((name) => {
      const store = GameStore.open(join(paths.gamesFolder, name));
      store.check();
      const ids = [...store.games()].map(({ game_id, moves }) => `${game_id} ${sha(moves)}`).sort();
      store.close();
      return [name, ids];
    });
  const files = (folder: string): string[] =>
    list(folder)
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => `${name} ${sha(readFileSync(join(folder, name)))}`);
  const state = await openState(paths.state);
  const results = (await state.results.find()).map((row) => row.id);
  const audit = (await state.audit.rows()).map((row) => row.id);
  const events = (await state.events.find({ types: SHARED_EVENT_TYPES })).map(({ id }) => id).sort();
  await state.close();
  return {
    games,
    npz: files(paths.trainingFolder),
    models: list(paths.modelsFolder).flatMap((config) =>
      files(join(paths.modelsFolder, config)).map((f) => `${config}/${f}`),
    ),
    results,
    audit,
    events,
  };
}

/** Files that a finished sync must not leave: staged ones and temporary names. */
export function leftovers(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((name) => /^\/state\/(incoming|outgoing)\/|\.rr\.tmp$|\.making/.test(name));
}
