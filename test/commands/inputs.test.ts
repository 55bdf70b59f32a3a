/** A command that cannot do anything says so before it writes: its stdout stays empty, header included. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../io/folder.ts';
import { rr } from '../run.ts';

const folder = temporaryFolder();
const here = { cwd: folder };
writeFileSync(join(folder, 'junk'), 'neither a database nor an NPZ file\n'.repeat(50));

const made = async (): Promise<string> => {
  const path = join(folder, 'games.db');
  if (!existsSync(path)) await rr(['selfplay', '--board', 'hex8', '--engine', 'random', '--games', '1', '--out', path]);
  return path;
};

test.each<[number, RegExp, string[]]>([
  [2, /none: no such file/, ['parity', 'none']],
  [2, /none: no such file/, ['parity', 'GAMES', 'none']],
  [2, /none: no such file/, ['parity', '--db', 'none']],
  [2, /which game/, ['parity', '--gate']],
  [2, /none: no such file/, ['db', 'ls', 'GAMES', 'none']],
  [2, /none: no such file/, ['db', 'stats', 'GAMES', 'none']],
  [2, /none: no such file/, ['db', 'dump', 'GAMES', 'none']],
  [5, /junk: is not an SQLite database/, ['db', 'dump', 'GAMES', 'junk']],
  [2, /--since 'noon' is no date/, ['db', 'ls', 'GAMES', '--since', 'noon']],
  [2, /none: no such file/, ['npz', 'info', 'none']],
  [5, /junk: is not an NPZ file/, ['npz', 'info', 'junk']],
  [2, /none: no such file/, ['train', '--config', 'hex8_2p', 'none']],
  [5, /junk: is not an NPZ file/, ['train', '--config', 'hex8_2p', 'junk']],
  [5, /stdin: empty.*<\/dev\/null/, ['train', '--config', 'hex8_2p']],
  [2, /junk: the folder cannot be made/, ['selfplay', '--board', 'hex8', '--games', '1', '--out', 'junk/x.db']],
])('%i %s: rr %j', async (status, message, args) => {
  const games = await made();
  const result = await rr(
    args.map((word) => (word === 'GAMES' ? games : word)),
    here,
  );
  expect([result.status, result.stdout]).toEqual([status, '']);
  expect(result.stderr).toMatch(message);
});
