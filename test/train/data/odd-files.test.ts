/** Training files that other tools saved in their own way: the real cause, and the status of a file that is not right. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openNpz } from '../../../src/io/npz/reader.ts';
import { NpzWriter } from '../../../src/io/npz/writer.ts';
import { configOfFile } from '../../../src/train/data/source-file.ts';
import { temporaryFolder } from '../../io/folder.ts';

const folder = temporaryFolder();

async function fileWith(add: (npz: NpzWriter) => void): Promise<string> {
  const path = join(mkdtempSync(join(folder, 'npz-')), 'file.npz');
  const npz = new NpzWriter({ target: { path } });
  npz.scalar('format', 'rr1');
  add(npz);
  await npz.finish();
  return path;
}

test('a config array with one dimension', async () => {
  const path = await fileWith((npz) => npz.text('config').append('hex8_2p'));
  await expect(configOfFile(path)).rejects.toMatchObject({
    code: 'FILE_CORRUPT',
    message: `${path}: array config is not one value but 1`,
  });
  const number = await fileWith((npz) => npz.scalar('config', 5));
  await expect(configOfFile(number)).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
  expect(await configOfFile(await fileWith((npz) => npz.scalar('config', 'hex8_2p')))).toBe('hex8_2p');
});

test('one value, or text, where rows of numbers should be', async () => {
  const path = await fileWith((npz) => npz.text('words').append('a'));
  const npz = await openNpz(path);
  await expect(npz.rows('words', 10).next()).rejects.toThrow('holds no numbers');
  await expect(npz.rows('format', 10).next()).rejects.toThrow('holds no numbers');
  npz.close();
});
