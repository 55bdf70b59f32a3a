/** Files of the wrong kind are called what they are. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openGames } from '../../src/games/game/open.ts';
import { FOREIGN_KINDS, foreignKind } from '../../src/io/foreign-kind.ts';
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
  ['pytorch', zip('canonical_hex8_2p/data.pkl')],
  ['pickle', '\u0080\u0002}q\0'],
  ['zip', zip('readme.txt')],
  ['prettyRecord', '{\n  "id": "a",\n  "boardType": "hex8",\n  "moves": []\n}\n'],
  ['prettyJson', '[\n  1\n]\n'],
] as const)('%s', async (kind, content) => {
  const path = file(`${kind}.bin`, content);
  expect(foreignKind(path)).toBe(kind);
  // JSON that is spread over lines is read; the others hold no games
  if (kind === 'prettyRecord' || kind === 'prettyJson') return;
  await expect(openGames(path).next()).rejects.toMatchObject({
    code: 'FILE_CORRUPT',
    message: expect.stringContaining(FOREIGN_KINDS[kind]),
  });
});

it('an NPZ training file, and nothing for text', () => {
  expect(foreignKind(join(FIXTURES, 'npz/hex8_4p_v2.npz'))).toBe('npz');
  expect(foreignKind(file('games.ndjson', '{"type":"header"}\n'))).toBeUndefined();
});
