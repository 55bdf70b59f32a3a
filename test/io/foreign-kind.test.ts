/** Files of the wrong kind are called what they are. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openGames } from '../../src/games/game/open.ts';
import { foreignKind } from '../../src/io/foreign-kind.ts';
import { FIXTURES } from '../shared.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-kind-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, 'latin1');
  return path;
}
const zip = (entry: string): string => `PK\u0003\u0004${'\0'.repeat(26)}${entry}`;

it.each([
  ['a PyTorch checkpoint', zip('canonical_hex8_2p/data.pkl')],
  ['a Python pickle, as old PyTorch checkpoints are', '\u0080\u0002}q\0'],
  ['a ZIP archive', zip('readme.txt')],
  ['a pretty-printed JSON game record', '{\n  "id": "a",\n  "boardType": "hex8",\n  "moves": []\n}\n'],
  ['a pretty-printed JSON document', '[\n  1\n]\n'],
])('%s', async (kind, content) => {
  const path = file(`${kind}.bin`, content);
  expect(foreignKind(path)).toBe(kind);
  // JSON that is spread over lines is read; the others hold no games
  if (kind.includes('JSON')) return;
  await expect(openGames(path).next()).rejects.toMatchObject({
    code: 'FILE_CORRUPT',
    message: expect.stringContaining(kind),
  });
});

it('an NPZ training file, and nothing for text', () => {
  expect(foreignKind(join(FIXTURES, 'npz/hex8_4p_v2.npz'))).toBe('an NPZ training file');
  expect(foreignKind(file('games.ndjson', '{"type":"header"}\n'))).toBeUndefined();
});
