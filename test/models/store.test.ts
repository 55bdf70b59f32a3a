import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModelStore } from '../../src/models/store.ts';
import { openState } from '../../src/state/open.ts';
import { type AuditRow, isGenuineAudit, makeAuditRow } from '../../src/state/store/audit.ts';
import { Lease } from '../../src/state/store/lease.ts';
import type { StateStore } from '../../src/state/store/store.ts';
import { temporaryFolder } from '../io/folder.ts';
import { rr } from '../run.ts';

const folder = temporaryFolder();
const sha = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
const identify = async (path: string): Promise<string> => sha(await readFile(path));
const move = { actor: 'test', reason: 'because' };

interface Place {
  readonly root: string;
  readonly store: ModelStore;
  readonly state: StateStore;
  readonly source: (text: string) => string;
}

async function storeAt(name: string): Promise<Place> {
  const root = join(folder, name);
  const state = await openState(join(root, 'state/rr.db'));
  const source = (text: string): string => {
    const path = join(root, `source-${sha(text).slice(0, 8)}`);
    writeFileSync(path, text);
    return path;
  };
  return { root, store: new ModelStore(join(root, 'models'), state.audit), state, source };
}

test('files come in verified, under their hash, once, and leave nothing behind', async () => {
  const { store, source } = await storeAt('add');
  const one = await store.add('hex8_2p', source('one'), identify);
  expect(one).toMatchObject({ hash: sha('one'), bytes: 3, pointers: [] });
  expect(await store.add('hex8_2p', source('one'), identify)).toEqual(one);
  const refusing = async (): Promise<string> => {
    throw new Error('not a model');
  };
  await expect(store.add('hex8_2p', source('bad'), refusing)).rejects.toThrow('not a model');
  expect(readdirSync(join(store.folder, 'hex8_2p'))).toEqual([`${sha('one')}.onnx`]);
  await expect(store.add('../evil', source('x'), identify)).rejects.toThrow('not a config key');
});

test('pointers, prefixes and what cannot be found', async () => {
  const { store, source } = await storeAt('resolve');
  const one = await store.add('hex8_2p', source('one'), identify);
  const two = await store.add('hex8_2p', source('two'), identify);
  await expect(store.resolve('hex8_2p', 'production')).rejects.toThrow('the pointer is not set');
  const row = await store.point('hex8_2p', 'production', one.hash.slice(0, 8), { ...move, detail: { elo: 12 } });
  expect(row).toMatchObject({ hash: one.hash, previous: null, generation: 1, detail: '{"elo":12}' });
  expect(await store.resolve('hex8_2p', 'production')).toMatchObject({ hash: one.hash, pointers: ['production'] });
  await store.point('hex8_2p', 'production', two.hash, { ...move, expected: one.hash });
  await expect(store.point('hex8_2p', 'production', one.hash, { ...move, expected: one.hash })).rejects.toMatchObject({
    code: 'MODEL_POINTER_MOVED',
    exit: 75,
  });
  expect((await store.audit('hex8_2p')).map(({ hash, previous }) => [hash, previous])).toEqual([
    [one.hash, null],
    [two.hash, one.hash],
  ]);
  await expect(store.resolve('hex8_2p', 'prodction')).rejects.toThrow("did you mean 'production'?");
  await expect(store.resolve('hex8_2p', 'ffffffff')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  writeFileSync(join(store.folder, 'hex8_2p', `${one.hash.slice(0, 20)}${'0'.repeat(44)}.onnx`), '');
  await expect(store.resolve('hex8_2p', one.hash.slice(0, 10))).rejects.toThrow('fits 2 models');
  expect((await store.resolve('hex8_2p', two.hash.slice(0, 10))).hash).toBe(two.hash);
});

test('a pointer move that was killed half way is finished by the next look', async () => {
  const { store, state, source } = await storeAt('mend');
  const one = await store.add('hex8_2p', source('one'), identify);
  await store.point('hex8_2p', 'candidate', one.hash, move);
  unlinkSync(join(store.folder, 'hex8_2p', 'candidate'));
  expect(await store.reconcile('hex8_2p')).toEqual(['candidate']);
  expect(await store.reconcile('hex8_2p')).toEqual([]);
  // history of a model that has not arrived yet leaves the pointer alone
  const far = makeAuditRow({
    ...{ config: 'hex8_2p', pointer: 'candidate', hash: sha('far'), previous: one.hash, generation: 9 },
    ...{ at: 1, host: 'far', actor: 'x', reason: 'y', detail: '{}' },
  });
  await state.audit.add([far]);
  expect(await store.reconcile('hex8_2p')).toEqual([]);
  expect(await store.pointer('hex8_2p', 'candidate')).toBe(one.hash);
  writeFileSync(store.pathOf('hex8_2p', far.hash), 'far');
  expect(await store.reconcile('hex8_2p')).toEqual(['candidate']);
  expect(readFileSync(join(store.folder, 'hex8_2p', 'candidate'), 'utf8')).toBe(`${far.hash}\n`);
  writeFileSync(join(store.folder, 'hex8_2p', 'candidate'), 'nonsense');
  await expect(store.pointer('hex8_2p', 'candidate')).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
  mkdirSync(join(store.folder, 'Not A Config'));
  expect(store.configs()).toEqual(['hex8_2p']);
});

test('histories merge as sets: any order ends at the same pointer', async () => {
  const row = fc
    .record({ hash: fc.constantFrom('a', 'b', 'c'), generation: fc.integer({ min: 1, max: 4 }), at: fc.nat(3) })
    .map(
      ({ hash, generation, at }): AuditRow =>
        makeAuditRow({
          ...{ config: 'hex8_2p', pointer: 'production', hash: hash.repeat(64), previous: null, generation, at },
          ...{ host: 'h', actor: 'x', reason: 'y', detail: '{}' },
        }),
    );
  const apply = async (...batches: AuditRow[][]): Promise<unknown> => {
    const { audit, close } = await openState(':memory:');
    for (const batch of batches) await audit.add(batch);
    const end = [await audit.rows(), await audit.winner('hex8_2p', 'production')];
    await close();
    return end;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(row), fc.array(row), fc.array(row), async (a, b, c) => {
      expect(await apply(a, b, c)).toEqual(await apply(c, b, a, a, c));
      for (const made of a) expect(isGenuineAudit(made) && !isGenuineAudit({ ...made, at: made.at + 1 })).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('killed between the row and the file: readers go by the row, and the next who may write brings the file up to it', async () => {
  const { root, store, source, state } = await storeAt('killed');
  const one = await store.add('hex8_2p', source('one'), identify);
  const two = await store.add('hex8_2p', source('two'), identify);
  await store.point('hex8_2p', 'production', one.hash, move);
  const folders = join(import.meta.dirname, '../../src');
  const script = `
    import { ModelStore } from '${folders}/models/store.ts';
    import { openState } from '${folders}/state/open.ts';
    const { audit } = await openState('${root}/state/rr.db');
    const dying = {
      winner: audit.winner.bind(audit), rows: audit.rows.bind(audit), add: audit.add.bind(audit),
      async append(...args) { await audit.append(...args); process.kill(process.pid, 'SIGKILL'); },
    };
    const store = new ModelStore('${root}/models', dying);
    await store.point('hex8_2p', 'production', '${two.hash}', { actor: 'test', reason: 'because' });`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: 'inherit' });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  const file = join(root, 'models/hex8_2p/production');
  expect(readFileSync(file, 'utf8')).toBe(`${one.hash}\n`);
  expect((await store.audit('hex8_2p')).map(({ hash }) => hash)).toEqual([one.hash, two.hash]);
  const listed = await rr(['model', 'ls', '--data', root]);
  expect(listed.status, listed.stderr).toBe(0);
  expect(listed.stdout.split('\n').find((line) => line.includes(two.hash))).toContain('"pointers":["production"]');
  // looking wrote nothing
  expect(readFileSync(file, 'utf8')).toBe(`${one.hash}\n`);
  expect(await store.pointer('hex8_2p', 'production')).toBe(two.hash);
  expect(readFileSync(file, 'utf8')).toBe(`${two.hash}\n`);
  await state.close();
});

test('a pointer move that another process overtakes ends at the history', async () => {
  const { root, store, source, state } = await storeAt('overtaken');
  const one = await store.add('hex8_2p', source('one'), identify);
  const two = await store.add('hex8_2p', source('two'), identify);
  // moves the pointer on between this store's look at the history and its write
  const { audit } = state;
  let overtaken = false;
  const slow = new ModelStore(join(root, 'models'), {
    ...{ rows: audit.rows.bind(audit), add: audit.add.bind(audit), append: audit.append.bind(audit) },
    async winner(...args) {
      const seen = await audit.winner(...args);
      if (seen?.hash === one.hash && !overtaken) {
        overtaken = true;
        await store.point('hex8_2p', 'production', two.hash, move);
      }
      return seen;
    },
  });
  await slow.point('hex8_2p', 'production', one.hash, move);
  expect(overtaken).toBe(true);
  expect(readFileSync(join(root, 'models/hex8_2p/production'), 'utf8')).toBe(`${two.hash}\n`);
  await state.close();
});

test('a store that is only read answers by the history and leaves the file as it is', async () => {
  const { root, store, source, state } = await storeAt('read-only');
  const one = await store.add('hex8_2p', source('one'), identify);
  await store.point('hex8_2p', 'production', one.hash, move);
  const models = join(root, 'models/hex8_2p');
  unlinkSync(join(models, 'production'));
  const reader = new ModelStore(join(root, 'models'), state.audit, { readOnly: true });
  expect(await reader.pointer('hex8_2p', 'production')).toBe(one.hash);
  expect(readdirSync(models)).not.toContain('production');
  await state.close();
});

test('pointer files whose history is lost become history', async () => {
  const { store, source, state } = await storeAt('adopted');
  const one = await store.add('hex8_2p', source('one'), identify);
  const two = await store.add('hex8_2p', source('two'), identify);
  await store.point('hex8_2p', 'production', one.hash, move);
  await store.point('hex8_2p', 'production', two.hash, move);
  const [first] = await state.audit.rows();
  const { state: other } = await storeAt('adopted-other');
  await other.audit.add(first ? [first] : []);
  const survivor = new ModelStore(store.folder, other.audit);
  expect(await survivor.adoptFiles('hex8_2p', move)).toEqual(['production']);
  expect(await survivor.pointer('hex8_2p', 'production')).toBe(two.hash);
  expect((await other.audit.winner('hex8_2p', 'production'))?.generation).toBe(2);
  expect(await survivor.adoptFiles('hex8_2p', move)).toEqual([]);
  await state.close();
  await other.close();
});

test('who lost the lease may not move a pointer', async () => {
  const { root, store, source, state } = await storeAt('fenced');
  const one = await store.add('hex8_2p', source('one'), identify);
  const lease = await Lease.acquire(state.leases, 'train/hex8_2p', { owner: 'x' });
  await store.point('hex8_2p', 'candidate', one.hash, { ...move, fence: lease.fence });
  await lease.release();
  const two = await store.add('hex8_2p', source('two'), identify);
  const late = store.point('hex8_2p', 'candidate', two.hash, { ...move, fence: lease.fence });
  await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST', exit: 75 });
  expect(readFileSync(join(root, 'models/hex8_2p/candidate'), 'utf8')).toBe(`${one.hash}\n`);
  expect(await store.audit()).toHaveLength(1);
  await state.close();
});
