/** The disk in memory: what a power cut takes. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../io/folder.ts';
import { type Call, Disk, readLog, type Spared } from './replay.ts';

const folder = temporaryFolder();
let cuts = 0;

const call = (word: string, path: string, rest: Partial<Call> = {}): Call => ({
  ...{ word, path, offset: 0, bytes: Buffer.alloc(0) },
  ...rest,
});
const write = (path: string, text: string, offset = 0): Call =>
  call('write', path, { offset, bytes: Buffer.from(text) });

/** What `a.txt` holds after a cut; undefined without one. */
function after(calls: readonly Call[], spared: Spared, name = 'a.txt'): string | undefined {
  const from = join(folder, 'from');
  mkdirSync(from, { recursive: true });
  writeFileSync(join(from, 'a.txt'), 'old');
  const disk = new Disk(from);
  for (const each of calls) disk.apply(each);
  const to = join(folder, `cut-${cuts++}`);
  disk.writeTo(to, spared);
  return existsSync(join(to, name)) ? readFileSync(join(to, name), 'utf8') : undefined;
}

test('bytes are safe once their file is synced, names once their folder is', () => {
  const replaced = [call('create', 'b.tmp'), write('b.tmp', 'new'), call('sync', 'b.tmp')];
  const renamed = [...replaced, call('rename', 'b.tmp', { to: 'a.txt' })];
  expect(after(renamed, 'synced')).toBe('old');
  expect(after(renamed, 'synced and names')).toBe('new');
  expect(after([...renamed, call('sync', '')], 'synced')).toBe('new');
  // without the first sync the new name stands for nothing
  const careless = renamed.filter(({ word }) => word !== 'sync');
  expect(after(careless, 'synced and names')).toBe('');
  expect(after(careless, 'everything')).toBe('new');
});

test('writes in the middle, truncations, folders and removed names', () => {
  expect(after([write('a.txt', 'X', 1)], 'everything')).toBe('oXd');
  expect(after([write('a.txt', 'X', 1)], 'synced')).toBe('old');
  expect(after([call('truncate', 'a.txt', { offset: 1 })], 'everything')).toBe('o');
  expect(after([call('unlink', 'a.txt')], 'synced')).toBe('old');
  expect(after([call('unlink', 'a.txt'), call('sync', '')], 'synced')).toBeUndefined();
  const nested = [call('mkdir', 'x'), call('create', 'x/y'), write('x/y', 'z'), call('sync', 'x/y'), call('sync', 'x')];
  expect(after(nested, 'synced', 'x/y')).toBeUndefined();
  expect(after([...nested, call('sync', '')], 'synced', 'x/y')).toBe('z');
});

test('the log of the library', () => {
  const path = join(folder, 'log');
  writeFileSync(path, 'create 0 0 a b\nwrite 3 4 a b\n1\n2\nrename 0 0 a b\0c\n');
  expect(readLog(path).map(({ bytes, ...rest }) => ({ ...rest, text: Buffer.from(bytes).toString() }))).toEqual([
    { word: 'create', offset: 0, path: 'a b', text: '' },
    { word: 'write', offset: 3, path: 'a b', text: '1\n2\n' },
    { word: 'rename', offset: 0, path: 'a b', to: 'c', text: '' },
  ]);
});
