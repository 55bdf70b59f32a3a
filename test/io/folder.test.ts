import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder } from '../../src/io/folder.ts';
import { rr } from '../run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rr-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('makes what is missing with the mode asked for, and is content with what is there', () => {
  const path = join(folder, 'a', 'b', 'c');
  makeFolder(path, 0o700);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
  makeFolder(path);
  makeFolder('.');
  makeFolder('/');
  symlinkSync(path, join(folder, 'link'));
  makeFolder(join(folder, 'link', 'd'));
  expect(existsSync(join(path, 'd'))).toBe(true);
});

test('names the file that is in the way', () => {
  writeFileSync(join(folder, 'file'), '');
  const wanted = { code: 'FOLDER_IMPOSSIBLE', exit: 2, message: expect.stringContaining(`${folder}/file: `) };
  expect(() => makeFolder(join(folder, 'file'))).toThrow(expect.objectContaining(wanted));
  expect(() => makeFolder(join(folder, 'file', 'a', 'b'))).toThrow(expect.objectContaining(wanted));
});

test('a link that leads nowhere', () => {
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
  expect(() => makeFolder(join(folder, 'link'))).toThrow(expect.objectContaining({ code: 'EEXIST' }));
});

test.skipIf(process.getuid?.() === 0)('no permission, with the folder that refused', () => {
  mkdirSync(join(folder, 'closed'));
  chmodSync(join(folder, 'closed'), 0o500);
  expect(() => makeFolder(join(folder, 'closed', 'a', 'b'))).toThrow(
    expect.objectContaining({ code: 'EACCES', path: join(folder, 'closed', 'a') }),
  );
});

// mkdir with `recursive` never comes back from there.
describe.skipIf(!existsSync('/proc/self'))('a file system that takes no folders', () => {
  test('is told', () => {
    for (const path of ['/proc/x', '/proc/x/y/z']) {
      expect(() => makeFolder(path)).toThrow('/proc/x: the folder cannot be made: /proc takes no folders');
    }
  });

  test.each([
    [['man', '--out', '/proc/x']],
    [['model', 'init', '--board', 'hex8', '--arch', 'nano', '--data', '/proc/x']],
    [['selfplay', '--board', 'hex8', '--games', '1', '--out', '/proc/x/games.db']],
    [['db', 'init', '/proc/x/y/games.db']],
  ])('by rr %j', async (args) => {
    const { status, stderr } = await rr(args);
    expect(stderr).toMatch(/^rr [^\n]*: \/proc\/x: the folder cannot be made: \/proc takes no folders\n$/);
    expect(status).toBe(2);
  });
});
