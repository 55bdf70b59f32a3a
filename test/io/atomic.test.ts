import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assertWritable, writeAtomic, writeFileAtomic } from '../../src/io/atomic.ts';
import { diskFull } from '../../src/io/disk-full.ts';
import { dataPaths } from '../../src/io/paths.ts';
import { sweepTemporaries, TEMP_SUFFIX, temporaryFolder, temporaryPath } from '../../src/io/temporary.ts';
import { REPO_ROOT } from '../run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rr-atomic-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('writes, replaces and makes folders', async () => {
  const path = join(folder, 'a', 'b', 'file.txt');
  await writeFileAtomic(path, 'one');
  await writeFileAtomic(path, new Uint8Array([116, 119, 111]));
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['file.txt']);
});

test('tells beforehand whether it could write, and leaves nothing', async () => {
  const path = join(folder, 'file.txt');
  await assertWritable(path);
  writeFileSync(path, 'old');
  await assertWritable(path);
  expect(readdirSync(folder)).toEqual(['file.txt']);
  expect(readFileSync(path, 'utf8')).toBe('old');
  await expect(assertWritable(folder)).rejects.toMatchObject({ code: 'IS_FOLDER' });
  await expect(assertWritable(join(path, 'other.txt'))).rejects.toMatchObject({ code: 'FOLDER_IMPOSSIBLE' });
});

test('the target is untouched until everything is written', async () => {
  const path = join(folder, 'file.txt');
  writeFileSync(path, 'old');
  const result = await writeAtomic(path, async (file, temporary) => {
    await file.writeFile('new');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(temporary.endsWith(TEMP_SUFFIX)).toBe(true);
    return 42;
  });
  expect(result).toBe(42);
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test('a failure leaves the old file and no temporary one', async () => {
  const path = join(folder, 'file.txt');
  writeFileSync(path, 'old');
  const failing = writeAtomic(path, async (file) => {
    await file.writeFile('half');
    throw new Error('stop');
  });
  await expect(failing).rejects.toThrow('stop');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['file.txt']);
});

test('a full disk is told with its path', async () => {
  const path = join(folder, 'file.txt');
  const failing = writeAtomic(path, async () => {
    // The device that is always full gives the real error.
    writeFileSync('/dev/full', 'x');
  });
  await expect(failing).rejects.toMatchObject({ code: 'DISK_FULL', exit: 75, params: { path } });
  const other = new Error('other');
  expect(diskFull(other, path)).toBe(other);
});

test('a writer killed at any instant leaves the old or the new file', async () => {
  const path = join(folder, 'file.txt');
  const atomic = join(REPO_ROOT, 'src', 'io', 'atomic.ts');
  const script = `const { writeFileAtomic } = await import(${JSON.stringify(atomic)});
    for (let i = 0; ; i++) { await writeFileAtomic(${JSON.stringify(path)}, String(i % 10).repeat(100_000)); process.stdout.write('.'); }`;
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    // in the middle of another write each time
    for (let written = 0; written <= round; written++) await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(readFileSync(path, 'utf8')).toMatch(/^(\d)\1{99999}$/);
  }
  sweepTemporaries(folder);
  expect(readdirSync(folder)).toEqual(['file.txt']);
});

test('sweeping leaves what a living process or another machine may still be writing', async () => {
  const mine = temporaryPath(join(folder, 'mine.txt'));
  const foreign = join(folder, '.theirs.txt.00000000-99999999-01234567.rr.tmp');
  const ancient = join(folder, '.old.txt.00000000-99999999-01234567.rr.tmp');
  for (const path of [mine, foreign, ancient, join(folder, 'notes.tmp')]) writeFileSync(path, '');
  utimesSync(ancient, 0, 0);
  expect(sweepTemporaries(folder)).toEqual(['.old.txt.00000000-99999999-01234567.rr.tmp']);
  expect(statSync(mine).isFile() && statSync(foreign).isFile()).toBe(true);
});

test('a new temporary name removes what killed writers of that file left, and nothing else', () => {
  const gone = basename(temporaryPath(join(folder, 'a.txt'))).replace(/-\d+-/, '-2147483646-');
  const mine = basename(temporaryPath(join(folder, 'a.txt')));
  for (const name of [gone, `${gone}-wal`, mine, `.b${gone}`, 'a.txt']) writeFileSync(join(folder, name), '');
  temporaryPath(join(folder, 'a.txt'));
  expect(readdirSync(folder).sort()).toEqual([`.b${gone}`, mine, 'a.txt'].sort());
});

test('a temporary folder is private, and one that a killed process left goes with the next', () => {
  const first = temporaryFolder('word', folder);
  expect(statSync(first).mode & 0o777).toBe(0o700);
  const left = first.replace(/-\d+-/, '-2147483646-');
  mkdirSync(join(left, 'inner'), { recursive: true });
  const second = temporaryFolder('other', folder);
  expect(readdirSync(folder).sort()).toEqual([basename(first), basename(second)].sort());
  const missing = join(folder, 'missing');
  expect(() => temporaryFolder('word', missing)).toThrow(`${missing}: cannot be opened: no folder can be made there`);
});

test('the data root comes from the flag, then RR_DATA, then the current folder', () => {
  expect(dataPaths('/a', { RR_DATA: '/b' }, '/c').root).toBe('/a');
  expect(dataPaths(undefined, { RR_DATA: 'b' }, '/c').root).toBe('/c/b');
  const paths = dataPaths(undefined, {}, '/c');
  expect(paths.games('hex8_2p')).toBe('/c/data/games/hex8_2p.db');
  expect(paths.training('hex8_2p')).toBe('/c/data/training/hex8_2p.npz');
  expect(paths.models('hex8_2p')).toBe('/c/models/hex8_2p');
  expect(paths.state).toBe('/c/state/rr.db');
});

test.skipIf(process.platform === 'win32')('a pipe is written through and stays a pipe', async () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'ignore'] });
  let seen = '';
  reader.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
  });
  const closed = once(reader, 'close');
  await assertWritable(path);
  await writeFileAtomic(path, 'through');
  await closed;
  expect(seen).toBe('through');
  expect(lstatSync(path).isFIFO()).toBe(true);
  expect(readdirSync(folder)).toEqual(['pipe']);
});

test.skipIf(process.getuid?.() !== 0)('a device is written through and stays a device', async (context) => {
  const path = join(folder, 'null');
  try {
    execFileSync('mknod', ['-m', '666', path, 'c', '1', '3']);
  } catch {
    context.skip('devices cannot be made here');
  }
  await writeFileAtomic(path, 'gone');
  expect(lstatSync(path).isCharacterDevice()).toBe(true);
  const disk = join(folder, 'disk');
  execFileSync('mknod', [disk, 'b', '7', '200']);
  await expect(writeFileAtomic(disk, 'x')).rejects.toMatchObject({ code: 'CANNOT_OPEN' });
  expect(lstatSync(disk).isBlockDevice()).toBe(true);
});

test('a link stays one, and what it leads to is replaced or made', async () => {
  writeFileSync(join(folder, 'real'), 'old');
  for (const name of ['real', 'not-there-yet']) {
    const link = join(folder, `link-to-${name}`);
    symlinkSync(name, link);
    await writeFileAtomic(link, 'new');
    expect(readlinkSync(link)).toBe(name);
    expect(readFileSync(join(folder, name), 'utf8')).toBe('new');
  }
});

test('an existing file keeps its mode', async () => {
  const path = join(folder, 'secret');
  writeFileSync(path, 'old');
  chmodSync(path, 0o640);
  await writeFileAtomic(path, 'new');
  expect(statSync(path).mode & 0o777).toBe(0o640);
});
