/** A command that cannot do anything says so before it writes: its stdout stays empty, header included. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../io/folder.ts';
import { bash, complaints, rr } from '../run.ts';

const folder = temporaryFolder();
const here = { cwd: folder };
writeFileSync(join(folder, 'junk'), 'neither a database nor an NPZ file\n'.repeat(50));
mkdirSync(join(folder, 'place'));

const made = async (): Promise<string> => {
  const path = join(folder, 'games.db');
  if (!existsSync(path)) await rr(['selfplay', '--board', 'hex8', '--engine', 'random', '--games', '1', '--out', path]);
  return path;
};

const MATCH = ['--config', 'hex8_2p', '--candidate', 'heuristic', '--against', 'random', '--games', '2'];

test.each<[number, RegExp, string[]]>([
  [2, /none: no such file/, ['parity', 'none']],
  [2, /none: no such file/, ['parity', 'GAMES', 'none']],
  [2, /none: no such file/, ['parity', '--db', 'none']],
  [2, /which game/, ['parity', '--gate']],
  // told before the work, not after it
  [2, /place: is a folder/, ['train', 'none', '--svg', 'place']],
  [2, /place: is a folder/, ['play', '--board', 'hex8', '--out', 'place']],
  [2, /--losses - : needs a file/, ['train', 'none', '--losses', '-']],
  [2, /--out - : needs a file/, ['report', '--config', 'hex8_2p', '--out', '-']],
  // a variable of the shell that is not set
  [2, /an argument is empty/, ['db', 'merge', '', 'GAMES']],
  [2, /--out is empty/, ['export', 'GAMES', '--out', '']],
  [2, /--out is empty/, ['export', 'GAMES', '--out=']],
  // what stands behind -- is another command's: its empty words are not ours to refuse
  [2, /none: no such file|none .*no such file/, ['cluster', 'exec', '--hosts', 'none', '--', 'grep', '-c', '', 'file']],
  [78, /bare.npz: holds games of hex8_2p, not of square8_2p/, ['train', 'NPZ', '--config', 'square8_2p']],
  // hours into a round would be too late
  [2, /no architecture 'tiny'/, ['loop', '--arch', 'tiny']],
  [2, /no player or model 'randon'/, ['loop', '--opponents', 'random,randon']],
  [2, /no form 'winogard'/, ['bench', 'net', '--forms', 'winogard']],
  [2, /--against names no program/, ['parity', 'GAMES', '--against', ' ']],
  [2, /there is no such program/, ['parity', 'GAMES', '--against', 'no-such-engine']],
  // what the parser says, in our words
  [2, /needs --out and --to;/, ['db', 'convert', 'GAMES']],
  [2, /needs SHELL \(shell: bash, zsh, fish\);/, ['completion']],
  [2, /--history and --rollback do not go together;/, ['promote', '--history', '--rollback']],
  [2, /--games goes with --gate only;/, ['parity', 'GAMES', '--games', '3']],
  [2, /no command 'elo foo' \(there is .*ls.*\);/, ['elo', 'foo']],
  [2, /leave the command out/, ['man', 'db', 'ls', '--out', 'pages']],
  [2, /none: no such file/, ['db', 'ls', 'GAMES', 'none']],
  [2, /none: no such file/, ['db', 'stats', 'GAMES', 'none']],
  [2, /none: no such file/, ['db', 'dump', 'GAMES', 'none']],
  [5, /junk: is not an SQLite database/, ['db', 'dump', 'GAMES', 'junk']],
  [2, /--since 'noon' is no date/, ['db', 'ls', 'GAMES', '--since', 'noon']],
  [2, /none: no such file/, ['npz', 'info', 'none']],
  [5, /junk: is not an NPZ file/, ['npz', 'info', 'junk']],
  [2, /none: no such file/, ['train', '--config', 'hex8_2p', 'none']],
  [2, /none\.npz: no such file; rr export --npz makes/, ['train', '--config', 'hex8_2p', 'none.npz']],
  [5, /junk: is not an NPZ file/, ['train', '--config', 'hex8_2p', 'junk']],
  ...(
    [
      ['show', 'place'],
      ['show', '--board', 'hex8', '--seed', '1', '--svg', 'place'],
      ['export', 'place'],
      ['export', '--db', 'place'],
      ['export', 'GAMES', '--out', 'place'],
      ['npz', 'info', 'place'],
      ['train', 'place'],
      ['parity', 'place'],
      ['db', 'init', 'place'],
      ['db', 'ls', 'place'],
      ['db', 'merge', 'place', 'GAMES'],
      ['db', 'merge', 'x.db', 'place'],
      ['db', 'import', 'x.db', 'place'],
      ['db', 'convert', 'GAMES', '--to', 'ringrift', '--force', '--out', 'place'],
      ['elo', 'merge', 'place'],
      ['elo', 'record', 'place'],
      ['promote', 'place'],
      ['model', 'show', 'place'],
      ['play', '--board', 'hex8', '--model', 'place'],
      ['selfplay', '--board', 'hex8', '--engine', 'gumbel', '--model', './place'],
    ] as const
  ).map((args): [number, RegExp, string[]] => [2, /place: is a folder; name a file/, [...args]]),
  [5, /stdin: empty.*<\/dev\/null/, ['train', '--config', 'hex8_2p']],
  [
    2,
    /--all and --ply do not go together|--ply and --all do not go together/,
    ['show', 'GAMES', '--all', '--ply', '3'],
  ],
  [2, /junk: the folder cannot be made/, ['gauntlet', ...MATCH, '--data', 'junk']],
  [2, /junk: the folder cannot be made/, ['selfplay', '--board', 'hex8', '--games', '1', '--out', 'junk/x.db']],
])('%i %s: rr %j', async (status, message, args) => {
  const games = await made();
  if (args.includes('NPZ')) await rr(['export', games, '--out', 'bare.npz'], here);
  const named: Readonly<Record<string, string>> = { GAMES: games, NPZ: 'bare.npz' };
  const result = await rr(
    args.map((word) => named[word] ?? word),
    here,
  );
  expect([result.status, result.stdout]).toEqual([status, '']);
  expect(result.stderr).toMatch(message);
});

test.each(['parity', 'show', 'export --out from-pipe.npz', 'db import from-pipe.db'])(
  'rr %s reads what cannot be read twice, <(…)',
  async (command) => {
    const games = await made();
    const result = await bash(`"$NODE" "$RR" ${command} <("$NODE" "$RR" db dump ${games})`, here);
    expect([result.status, complaints(result.stderr)]).toEqual([0, []]);
  },
);

test('rr export takes a database without --db', async () => {
  const { stdout, status } = await rr(['export', await made(), '--out', 'bare.npz'], here);
  expect([status, stdout]).toEqual([0, expect.stringContaining('"games":1')]);
});

test('rr export --out - ends quietly when its reader leaves', async () => {
  const result = await bash(`"$NODE" "$RR" export ${await made()} --out - | head -c 2; exit $PIPESTATUS`, here);
  expect(result).toMatchObject({ status: 0, stderr: '', stdout: 'PK' });
});

test('rr man takes a command of two words', async () => {
  expect((await rr(['man', 'config', 'show'])).stdout).toMatch(/^.TH RR-CONFIG-SHOW /);
});

test('several files are shown as such', async () => {
  expect((await rr(['db', 'merge', '--help'])).stdout).toContain('$ rr db merge TARGET SOURCE... [FLAGS]');
});

test.each([
  ['model ls', 0, 'no models yet; rr train and rr loop make them'],
  ['elo ls --config hex8_2p', 4, 'no games of hex8_2p on record yet; rr gauntlet and rr loop play them'],
  ['elo trend --config hex8_2p', 4, 'a trend needs two networks that have played'],
  ['loop --status', 4, 'no round has begun; rr loop begins one'],
  ['promote --history', 4, 'no pointer has moved yet'],
])('rr %s has nothing to show and says so', async (command, status, text) => {
  const result = await rr([...command.split(' '), '--format', 'table', '--data', 'new'], here);
  expect(result).toMatchObject({ status, stderr: '' });
  expect(result.stdout.trimEnd().split('\n').at(-1)).toBe(text);
});

test.each<[number, string[]]>([
  [0, ['model', 'ls']],
  [2, ['model', 'show', 'candidate', '--config', 'hex8_2p']],
  [4, ['elo', 'ls', '--config', 'hex8_2p']],
  [4, ['promote', '--history', '--config', 'hex8_2p']],
  [4, ['report', '--config', 'hex8_2p']],
  [4, ['loop', '--status']],
  [2, ['sync', 'pull']],
  [2, ['sync', 'plan']],
])('%d and nothing is made where only reading was asked for: rr %j', async (status, args) => {
  const misspelt = join(folder, 'misspelt');
  expect((await rr([...args, '--data', misspelt], here)).status).toBe(status);
  expect(existsSync(misspelt)).toBe(false);
});
