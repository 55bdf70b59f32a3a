import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type AuditRow,
  addAuditRows,
  auditRows,
  isGenuineAudit,
  makeAuditRow,
  winningRow,
} from '../../src/models/audit.ts';
import { ModelStore } from '../../src/models/store.ts';
import { StateDb } from '../../src/state/database.ts';
import { temporaryFolder } from '../io/folder.ts';

const folder = temporaryFolder();
const sha = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
const identify = async (path: string): Promise<string> => sha(await readFile(path));
const move = { actor: 'test', reason: 'because' };

function storeAt(name: string): { store: ModelStore; state: StateDb; source: (text: string) => string } {
  const root = join(folder, name);
  const state = StateDb.open(join(root, 'state/rr.db'));
  const source = (text: string): string => {
    const path = join(root, `source-${sha(text).slice(0, 8)}`);
    writeFileSync(path, text);
    return path;
  };
  return { store: new ModelStore(join(root, 'models'), state), state, source };
}

test('files come in verified, under their hash, once, and leave nothing behind', async () => {
  const { store, source } = storeAt('add');
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
  const { store, source } = storeAt('resolve');
  const one = await store.add('hex8_2p', source('one'), identify);
  const two = await store.add('hex8_2p', source('two'), identify);
  expect(() => store.resolve('hex8_2p', 'production')).toThrow('the pointer is not set');
  const row = await store.point('hex8_2p', 'production', one.hash.slice(0, 8), { ...move, detail: { elo: 12 } });
  expect(row).toMatchObject({ hash: one.hash, previous: null, generation: 1, detail: '{"elo":12}' });
  expect(store.resolve('hex8_2p', 'production')).toMatchObject({ hash: one.hash, pointers: ['production'] });
  await store.point('hex8_2p', 'production', two.hash, { ...move, expected: one.hash });
  await expect(store.point('hex8_2p', 'production', one.hash, { ...move, expected: one.hash })).rejects.toMatchObject({
    code: 'MODEL_POINTER_MOVED',
    exit: 75,
  });
  expect(store.audit('hex8_2p').map(({ hash, previous }) => [hash, previous])).toEqual([
    [one.hash, null],
    [two.hash, one.hash],
  ]);
  expect(() => store.resolve('hex8_2p', 'prodction')).toThrow("did you mean 'production'?");
  expect(() => store.resolve('hex8_2p', 'ffffffff')).toThrow(expect.objectContaining({ code: 'MODEL_NOT_FOUND' }));
  writeFileSync(join(store.folder, 'hex8_2p', `${one.hash.slice(0, 20)}${'0'.repeat(44)}.onnx`), '');
  expect(() => store.resolve('hex8_2p', one.hash.slice(0, 10))).toThrow('fits 2 models');
  expect(store.resolve('hex8_2p', two.hash.slice(0, 10)).hash).toBe(two.hash);
});

test('a pointer move that was killed half way is finished by the next look', async () => {
  const { store, state, source } = storeAt('mend');
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
  addAuditRows(state, [far]);
  expect(await store.reconcile('hex8_2p')).toEqual([]);
  expect(store.pointer('hex8_2p', 'candidate')).toBe(one.hash);
  writeFileSync(store.pathOf('hex8_2p', far.hash), 'far');
  expect(await store.reconcile('hex8_2p')).toEqual(['candidate']);
  expect(readFileSync(join(store.folder, 'hex8_2p', 'candidate'), 'utf8')).toBe(`${far.hash}\n`);
  writeFileSync(join(store.folder, 'hex8_2p', 'candidate'), 'nonsense');
  expect(() => store.pointer('hex8_2p', 'candidate')).toThrow(expect.objectContaining({ code: 'FILE_CORRUPT' }));
  mkdirSync(join(store.folder, 'Not A Config'));
  expect(store.configs()).toEqual(['hex8_2p']);
});

test('histories merge as sets: any order ends at the same pointer', () => {
  const row = fc
    .record({ hash: fc.constantFrom('a', 'b', 'c'), generation: fc.integer({ min: 1, max: 4 }), at: fc.nat(3) })
    .map(
      ({ hash, generation, at }): AuditRow =>
        makeAuditRow({
          ...{ config: 'hex8_2p', pointer: 'production', hash: hash.repeat(64), previous: null, generation, at },
          ...{ host: 'h', actor: 'x', reason: 'y', detail: '{}' },
        }),
    );
  const apply = (...batches: AuditRow[][]): unknown => {
    const state = StateDb.open(':memory:');
    for (const batch of batches) addAuditRows(state, batch);
    const end = [auditRows(state), winningRow(state, 'hex8_2p', 'production')];
    state.close();
    return end;
  };
  fc.assert(
    fc.property(fc.array(row), fc.array(row), fc.array(row), (a, b, c) => {
      expect(apply(a, b, c)).toEqual(apply(c, b, a, a, c));
      for (const made of a) expect(isGenuineAudit(made) && !isGenuineAudit({ ...made, at: made.at + 1 })).toBe(true);
    }),
    { numRuns: 30 },
  );
});
