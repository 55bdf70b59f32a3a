import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileFacts } from './files.ts';
import { differences, readFrozen } from './frozen.ts';
import { PIN_FILES } from './pin-files.ts';

test('files of an earlier version are read as they were', async () => {
  expect(differences(await fileFacts(), readFrozen('files'))).toEqual([]);
});

test('reading leaves nothing beside the committed files', () => {
  expect(readdirSync(new URL('../files/', import.meta.url)).sort()).toEqual([...PIN_FILES].sort());
});
