/**
 * The two ends of a sync over a pipe inside this process: what ssh would carry, where there is no ssh. What arrives is
 * verified by its hash, synced, and only then named.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { duplexPair, PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { dataPaths } from '../../src/io/paths.ts';
import { serve } from '../../src/sync/peer/agent.ts';
import type { FileItem } from '../../src/sync/peer/items.ts';
import { LocalSide } from '../../src/sync/peer/local.ts';
import { type AgentChannel, RemoteSide } from '../../src/sync/peer/remote.ts';
import { temporaryFolder } from '../io/folder.ts';
import { recordSyncs } from '../io/syncs.ts';
import { addNpz, contents, sha } from './roots.ts';

const folder = temporaryFolder();
const SESSION = '00000000-0000-4000-8000-000000000000-push';
let count = 0;

/** An agent for a fresh data folder, and the side that talks to it. */
async function connected() {
  const root = join(folder, String(count++));
  mkdirSync(root);
  const there = await LocalSide.open(root);
  const [near, far] = duplexPair();
  const served = serve(there, far, far).finally(() => far.end());
  const channel: AgentChannel = Object.assign(near, {
    stderr: new PassThrough(),
    close: () => {},
  });
  const side = await RemoteSide.over('pipe', channel);
  const close = async (): Promise<void> => {
    await side.close();
    await served;
    await there.close();
  };
  return { root, side, close, paths: dataPaths(root, {}) };
}

const itemOf = (name: string, content: string): FileItem => ({
  ...{ kind: 'npz', name, sha256: sha(content), bytes: content.length, mtimeMs: 1_700_000_000_000 },
});

async function* stream(...pieces: string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

const files = [itemOf('a.npz', 'first file'), itemOf('b.npz', 'second one')];

test('packed files: the one that was altered on the way is named and has no place', async () => {
  const { side, close, paths } = await connected();
  const altered = await side.unpack({ session: SESSION, items: files, reserve: 0 }, () =>
    stream('first file', 'secOnd one'),
  );
  expect(altered).toEqual({ installed: 1, corrupt: [sha('second one')] });
  expect(existsSync(join(paths.trainingFolder, 'b.npz'))).toBe(false);
  const asked: string[] = [];
  const again = await side.unpack({ session: SESSION, items: files, reserve: 0 }, (missing) => {
    asked.push(...missing.map(({ sha256 }) => sha256));
    return stream(...missing.map(({ sha256 }) => (sha256 === sha('first file') ? 'first file' : 'second one')));
  });
  expect(again.corrupt).toEqual([]);
  expect(asked).toContain(sha('second one'));
  expect(readFileSync(join(paths.trainingFolder, 'b.npz'), 'utf8')).toBe('second one');
  await close();
});

test('whole files: one with the right length and other contents is thrown away', async () => {
  const { side, close, paths } = await connected();
  const staged = files.map(({ sha256, bytes }) => ({ sha256, bytes }));
  const incoming = (await side.call('receive', { session: SESSION, files: staged, reserve: 0 })).folder;
  writeFileSync(join(incoming, sha('first file')), 'First file');
  writeFileSync(join(incoming, sha('second one')), 'second one');
  expect(await side.call('install', { session: SESSION, items: files })).toEqual({
    installed: 1,
    corrupt: [sha('first file')],
  });
  expect(existsSync(join(paths.trainingFolder, 'a.npz'))).toBe(false);
  expect(existsSync(join(incoming, sha('first file')))).toBe(false);
  await close();
});

test('a snapshot of games that was altered is not merged', async () => {
  const { side, close } = await connected();
  const staged = { sha256: sha('a database'), bytes: 10 };
  const incoming = (await side.call('receive', { session: SESSION, files: [staged], reserve: 0 })).folder;
  writeFileSync(join(incoming, staged.sha256), 'a databasE');
  const merged = await side.call('merge', { session: SESSION, name: 'hex8_2p.db', staged });
  expect(merged).toEqual({ added: 0, updated: 0, conflicts: 0, corrupt: true });
  await close();
});

test('files travel back as they are', async () => {
  const { root, side, close } = await connected();
  addNpz(root, 'a.npz', 'first file');
  addNpz(root, 'b.npz', 'second one');
  const pieces: Uint8Array[] = [];
  for await (const piece of side.pack(files)) pieces.push(Uint8Array.from(piece));
  expect(Buffer.concat(pieces).toString()).toBe('first filesecond one');
  await close();
  expect(Object.keys(await contents(root))).not.toEqual([]);
});

test.runIf(existsSync('/proc/self/fd'))(
  'files are synced before they are named, and their folder after that',
  async () => {
    const { root, side, close } = await connected();
    await side.call('receive', { session: SESSION, files: [], reserve: 0 });
    using syncs = await recordSyncs(root);
    await side.unpack({ session: SESSION, items: files, reserve: 0 }, () => stream('first file', 'second one'));
    const about = syncs.calls.filter((call) => call.includes(sha('first file')) || call.endsWith('data/training'));
    const staged = `state/incoming/${SESSION}.pack/${sha('first file')}`;
    expect(about).toEqual([`sync ${staged}`, `rename ${staged} data/training/a.npz`, 'sync data/training']);
    await close();
  },
);
