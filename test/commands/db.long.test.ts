/** `rr db …` as a shell sees it: what the commands do, and one clear line for everything that can be wrong. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../io/folder.ts';
import { bash, complaints, rr } from '../run.ts';
import { FIXTURES } from '../shared.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const ORIGINAL = join(FIXTURES, 'db', 'hex8_2p_swap.db.gz');

type Rec = Record<string, unknown>;
const records = (stdout: string, type?: string): Rec[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Rec => JSON.parse(line))
    .filter((record) => type === undefined || record.type === type);

/** What the command said besides its progress. */

/** All rows of all tables, in order. */
function rows(path: string): unknown {
  const db = new Database(path, { readonly: true });
  const all = ['games', 'game_seats', 'orphaned_games'].map((table) => db.prepare(`SELECT * FROM ${table}`).all());
  db.close();
  return all;
}

/** Six games of two configs and three of the original, which bring variants and extras. */
const GAMES = at('games.db');
beforeAll(async () => {
  const play = ['selfplay', '--seed', '3', '--out', GAMES];
  await rr([...play, '--board', 'hex8', '--games', '4']);
  await rr([...play, '--config', 'square8_3p', '--engine', 'random', '--games', '2']);
  const gumbel = join(FIXTURES, 'db', 'square8_2p_gumbel.db.gz');
  const { status, stderr } = await rr(['db', 'convert', ORIGINAL, gumbel, '--to', 'rr', '--out', GAMES]);
  expect([status, complaints(stderr)]).toEqual([0, []]);
  const db = new Database(GAMES);
  db.exec("INSERT INTO orphaned_games VALUES ('lost', '2026', 'torn', NULL, 'hex8', 2)");
  db.close();
});

describe('rr db', () => {
  test('dump and import are inverses', async () => {
    const { status } = await bash('"$NODE" "$RR" db dump $A | "$NODE" "$RR" db import $B', {
      env: { A: GAMES, B: at('copy.db') },
    });
    expect(status).toBe(0);
    expect(rows(at('copy.db'))).toEqual(rows(GAMES));
    const again = await bash('"$NODE" "$RR" db dump $A | "$NODE" "$RR" db import $B', {
      env: { A: GAMES, B: at('copy.db') },
    });
    expect(records(again.stdout, 'import')[0]).toMatchObject({ read: 9, added: 0, present: 9, conflicts: 0 });
    expect(rows(at('copy.db'))).toEqual(rows(GAMES));
  });

  test('dump selects, and its records are legal games for everybody', async () => {
    const hex = await rr(['db', 'dump', GAMES, '--config', 'hex8_2p', '--engine', 'heuristic', '--limit', '3']);
    expect(records(hex.stdout, 'game').map(({ config, engine }) => `${config} ${engine}`)).toEqual(
      new Array(3).fill('hex8_2p heuristic'),
    );
    expect(records(hex.stdout, 'orphan')).toEqual([]);
    const parity = await bash('"$NODE" "$RR" db dump $A | "$NODE" "$RR" parity - ', { env: { A: GAMES } });
    expect(parity.status).toBe(0);
    expect(records(parity.stdout, 'summary')[0]).toMatchObject({ games: 9, divergences: 0 });
    const none = await rr(['db', 'dump', GAMES, '--engine', 'nobody']);
    expect(none.status).toBe(4);
  });

  test('dump converts the original on the way', async () => {
    const { stdout } = await rr(['db', 'dump', ORIGINAL]);
    const own = await rr(['db', 'dump', GAMES, '--engine', 'random-only']);
    expect(records(stdout, 'game')).toEqual(records(own.stdout, 'game'));
  });

  test('stats count, ls lists', async () => {
    const stats = await rr(['db', 'stats', GAMES, ORIGINAL]);
    expect(stats.status).toBe(0);
    const [hex, , three, original] = records(stats.stdout, 'stats');
    expect(hex).toMatchObject({ config: 'hex8_2p', games: 6, engines: { heuristic: 4, 'random-only': 2 } });
    expect(three).toMatchObject({ config: 'square8_3p', games: 2, status: { completed: 2 }, parity: { pending: 2 } });
    expect(original).toMatchObject({ kind: 'ringrift', games: 2, bytesPerGame: null });
    const winners = Object.values(hex?.winners as Record<string, number>);
    expect(winners.reduce((a, b) => a + b, 0)).toBe(6);
    const table = await rr(['db', 'stats', GAMES, '--format', 'table']);
    expect(table.stdout).toMatch(/hex8_2p +6 .*\n.*square8_2p +1 /);
    const ls = await rr(['db', 'ls', GAMES, '--config', 'square8_3p']);
    expect(records(ls.stdout, 'listing')).toHaveLength(2);
    const shown = await rr(['db', 'ls', GAMES, '--limit', '2', '--format', 'table']);
    expect(shown.stdout).toContain('first 2; --limit N shows more');
    expect((await rr(['db', 'ls', GAMES, '--since', '2999-01-01'])).status).toBe(4);
    const both = records((await rr(['db', 'ls', ORIGINAL])).stdout, 'listing');
    expect(both.map(({ plies }) => plies)).toEqual([130, 167]);
  });

  test('init makes and migrates, merge unites in any order', async () => {
    const made = await rr(['db', 'init', at('new.db')]);
    expect(records(made.stdout, 'database')[0]).toMatchObject({ schema: 2, games: 0, made: true });
    expect(records((await rr(['db', 'init', at('new.db')])).stdout, 'database')[0]).toMatchObject({ made: false });
    const inConfig = await rr(['db', 'init', '--config', 'hex8_2p', '--data', folder]);
    expect(inConfig.status).toBe(0);
    expect(existsSync(at('data/games/hex8_2p.db'))).toBe(true);
    await rr(['selfplay', '--board', 'hex8', '--seed', '3', '--games', '6', '--out', at('part.db')]);
    await rr(['db', 'merge', at('ab.db'), GAMES, at('part.db')]);
    await rr(['db', 'merge', at('ba.db'), at('part.db'), GAMES, at('part.db')]);
    const ids = (path: string) => records(rrSync(['db', 'ls', path]), 'listing').map(({ id }) => id);
    expect(ids(at('ab.db'))).toHaveLength(11);
    expect(ids(at('ab.db')).sort()).toEqual(ids(at('ba.db')).sort());
  });

  test('convert writes what the original reads, and says what it left out', async () => {
    const out = at('service.db');
    const first = await rr(['db', 'convert', GAMES, '--to', 'ringrift', '--out', out]);
    expect(first.status).toBe(0);
    expect(records(first.stdout, 'convert')[0]).toMatchObject({ read: 9, written: 9, refused: 0 });
    const parity = await rr(['parity', '--db', out]);
    expect(records(parity.stdout, 'summary')[0]).toMatchObject({ games: 9, divergences: 0, unreadable: 0 });
    const exists = await rr(['db', 'convert', GAMES, '--to', 'ringrift', '--out', out]);
    expect([exists.status, exists.stderr]).toEqual([2, `rr db convert: ${out}: exists; pass --force to replace it\n`]);
    expect((await rr(['db', 'convert', GAMES, '--to', 'ringrift', '--out', out, '--force'])).status).toBe(0);
    const short = at('short.db');
    const selfplay = ['selfplay', '--board', 'hex8', '--games', '2', '--seed', '1', '--max-moves', '3', '--out', short];
    await rr(selfplay);
    const refused = await rr(['db', 'convert', short, GAMES, '--to', 'ringrift', '--out', at('most.db')]);
    expect(refused.status).toBe(6);
    expect(records(refused.stdout, 'convert')[0]).toMatchObject({ read: 11, written: 9, refused: 2 });
    expect(refused.stderr).toMatch(/has \d moves, and upstream takes none with fewer than 5/);
  });

  test('every command has help with real examples', async () => {
    for (const name of ['init', 'stats', 'ls', 'dump', 'import', 'convert', 'merge']) {
      const { status, stdout } = await rr(['db', name, '--help']);
      expect(status).toBe(0);
      const examples = stdout
        .slice(stdout.indexOf('EXAMPLES'))
        .split('\n')
        .filter((line) => line.includes(`rr db ${name} `));
      expect(examples.length).toBeGreaterThan(1);
    }
  });
});

const rrSync = (args: readonly string[]): string =>
  execFileSync(process.execPath, [join(import.meta.dirname, '../../bin/rr'), ...args], { encoding: 'utf8' });

/** A changed copy of a database. */
function changed(source: string, name: string, change: (db: Database.Database) => void): string {
  const path = at(name);
  const bytes = readFileSync(source);
  writeFileSync(path, bytes[0] === 0x1f ? gunzipSync(bytes) : bytes);
  const db = new Database(path);
  change(db);
  db.close();
  return path;
}

/** Records whose checksums were taken out, as by somebody who changes them on purpose. */
const unsealed = (text: string): string => text.replaceAll(/,"checksum":"\w+"/g, '');

const oneLine = (stderr: string): string => {
  const lines = complaints(stderr);
  expect(lines).toHaveLength(1);
  return lines[0];
};

describe('bad input', () => {
  test('a database of a newer schema is 78', async () => {
    const ours = changed(GAMES, 'newer.db', (db) => db.pragma('user_version = 99'));
    for (const args of [
      ['db', 'stats', ours],
      ['db', 'dump', ours],
      ['db', 'import', ours, '-'],
      ['db', 'init', ours],
      ['db', 'merge', at('x.db'), ours],
    ]) {
      const { status, stderr } = await rr(args);
      expect([args[1], status]).toEqual([args[1], 78]);
      expect(oneLine(stderr)).toContain(`${ours}: replay database schema 99 is newer than 2; update rr`);
    }
    const theirs = changed(ORIGINAL, 'newer-original.db', (db) => db.exec("UPDATE schema_metadata SET value = '19'"));
    const { status, stderr } = await rr(['db', 'convert', theirs, '--to', 'rr', '--out', at('x.db')]);
    expect(status).toBe(78);
    expect(oneLine(stderr)).toContain('GameReplayDB schema 19 is newer than 18');
  });

  test('a corrupt page is 5 and names the file', async () => {
    const ours = at('torn.db');
    const bytes = readFileSync(changed(GAMES, 'whole.db', (db) => db.pragma('journal_mode = DELETE')));
    bytes.fill(0xaa, 8192, bytes.length - 4096);
    writeFileSync(ours, bytes);
    for (const args of [
      ['db', 'dump', ours],
      ['db', 'ls', ours],
      ['db', 'merge', at('from-torn.db'), ours],
    ]) {
      const { status, stderr } = await rr(args);
      expect([args[1], status]).toEqual([args[1], 5]);
      expect(oneLine(stderr)).toContain(ours);
    }
  });

  test.each([
    ['one player more', 'UPDATE games SET players = 3 WHERE rowid = 2'],
    ['66 players', 'UPDATE games SET players = 66 WHERE rowid = 2'],
    [
      'one player more, seat and all',
      `UPDATE games SET players = 3 WHERE rowid = 2;
       INSERT INTO game_seats SELECT game_id, 3, player, model, settings FROM game_seats
         WHERE seat = 1 AND game_id = (SELECT game_id FROM games WHERE rowid = 2)`,
    ],
  ])('a game of %s is left out and named, and the others are not', async (name, sql) => {
    const bad = changed(GAMES, `bad-${name}.db`, (db) => {
      db.pragma('ignore_check_constraints = ON');
      db.exec(sql);
    });
    const db = new Database(bad, { readonly: true });
    const id = String(db.prepare('SELECT game_id FROM games WHERE rowid = 2').pluck().get());
    db.close();
    const dump = await rr(['db', 'dump', bad]);
    expect([dump.status, records(dump.stdout, 'game').length]).toEqual([6, 8]);
    expect(oneLine(dump.stderr)).toContain(id);
    const theirs = at(`bad-${name}.npz`);
    const exported = await rr(['export', bad, '--config', 'hex8_2p', '--out', theirs]);
    // the config of the changed game is another one, which its blob does not know
    expect([0, 6]).toContain(exported.status);
    const whole = await rr(['export', bad, '--data', at(`bad-${name}`)]);
    expect(whole.status).toBe(6);
    expect(whole.stderr).toContain(id);
    const parity = await rr(['parity', '--db', bad]);
    expect(parity.status).toBe(5);
    expect(records(parity.stdout, 'summary')[0]).toMatchObject({ games: 8, unreadable: 1, divergences: 0 });
    const show = await rr(['show', bad, '--game', id]);
    expect(show.status).toBe(5);
    expect(oneLine(show.stderr)).toContain(id);
    for (const args of [
      ['db', 'stats', bad],
      ['db', 'ls', bad],
      ['db', 'merge', at(`union-${name}.db`), bad],
    ]) {
      const { status, stderr } = await rr(args);
      expect([args[1], status]).toEqual([args[1], 6]);
      expect(stderr).toContain(id);
    }
    const service = await rr(['db', 'convert', bad, '--to', 'ringrift', '--out', at(`theirs-${name}.db`)]);
    expect(service.status).toBe(6);
    expect(service.stderr).toContain(id);
  });

  test('a changed blob costs its game: its checksum tells', async () => {
    const ours = changed(GAMES, 'blob.db', (db) =>
      db.exec("UPDATE games SET moves = CAST(moves || x'00' AS BLOB) WHERE rowid = 2"),
    );
    const { status, stderr } = await rr(['db', 'dump', ours]);
    expect(status).toBe(6);
    expect(oneLine(stderr)).toMatch(/do not match their checksum/);
  });

  test('a database locked by another writer is 75', async () => {
    const ours = changed(GAMES, 'locked.db', () => {});
    const writer = new Database(ours);
    onTestFinished(() => {
      writer.close();
    });
    writer.exec('BEGIN IMMEDIATE');
    const dump = unsealed(rrSync(['db', 'dump', ORIGINAL])).replace('"id":"', '"id":"new-');
    const { status, stderr } = await rr(['db', 'import', ours], { input: dump });
    expect(status).toBe(75);
    expect(oneLine(stderr)).toContain(`${ours}: another process is writing to it`);
    // reading goes on meanwhile
    expect((await rr(['db', 'ls', ours])).status).toBe(0);
    writer.exec('ROLLBACK');
    expect((await rr(['db', 'import', ours], { input: dump })).status).toBe(0);
  });

  test('one file as source and target, under any name', async () => {
    const link = at('link.db');
    symlinkSync(GAMES, link);
    for (const args of [
      ['db', 'merge', GAMES, GAMES],
      ['db', 'merge', GAMES, link],
      ['db', 'convert', GAMES, '--to', 'ringrift', '--out', link, '--force'],
      ['db', 'convert', GAMES, '--to', 'ringrift', '--out', GAMES],
    ]) {
      const { status, stderr } = await rr(args);
      expect(status).toBe(2);
      expect(oneLine(stderr)).toMatch(/is the file to write to as well|exists; pass --force/);
    }
    expect(new Database(GAMES, { readonly: true }).pragma('quick_check', { simple: true })).toBe('ok');
  });

  test('kinds that do not go together', async () => {
    const out = at('mixed.db');
    for (const [args, message] of [
      [['db', 'merge', out, ORIGINAL], /is one of upstream's databases; first: rr db convert/],
      [['db', 'convert', GAMES, '--to', 'rr', '--out', out], /is a replay database of rr; rr db merge/],
      [['db', 'convert', ORIGINAL, '--to', 'ringrift', '--out', out], /is one of upstream's databases; it needs no/],
      [['db', 'import', out, GAMES], /is a database and no records; see rr db merge/],
      [['db', 'convert', ORIGINAL, '--to', 'rr', '--out', out, '--full-history'], /go with --to ringrift/],
      [['db', 'import', changed(ORIGINAL, 'theirs.db', () => {}), '-'], /is upstream's replay database, which rr does/],
    ] as const) {
      const { status, stderr } = await rr([...args]);
      expect(status).toBe(2);
      expect(oneLine(stderr)).toMatch(message);
    }
    expect(existsSync(out)).toBe(false);
  });

  test('no database, no records', async () => {
    const text = at('text.db');
    writeFileSync(text, 'this is no database at all'.repeat(400));
    expect(oneLine((await rr(['db', 'stats', text])).stderr)).toContain(`${text}: is not an SQLite database`);
    const absent = await rr(['db', 'ls', at('absent.db')]);
    expect([absent.status, absent.stderr]).toEqual([2, `rr db ls: ${at('absent.db')}: no such file\n`]);
    const words = await rr(['db', 'import', at('y.db')], { input: 'hello\n' });
    expect(words.status).toBe(5);
    const illegal = unsealed(rrSync(['db', 'dump', GAMES, '--limit', '2'])).replace(
      '"placementCount":',
      '"placementCount":9',
    );
    const { status, stderr, stdout } = await rr(['db', 'import', at('z.db')], { input: illegal });
    expect(status).toBe(6);
    expect(stderr).toContain('moves[0]: placementCount');
    expect(records(stdout, 'import')[0]).toMatchObject({ read: 1, added: 1, refused: 1 });
  });

  test('a result that the moves do not lead to', async () => {
    const dump = unsealed(rrSync(['db', 'dump', GAMES, '--config', 'hex8_2p', '--limit', '3']));
    const forged = dump.replace(/"winner":(\d)/, (_, seat) => `"winner":${3 - Number(seat)}`);
    const { status, stderr, stdout } = await rr(['db', 'import', at('forged.db')], { input: forged });
    expect(status).toBe(6);
    expect(oneLine(stderr)).toMatch(
      /^rr db import: stdin:2: game \w+: not a valid record: .*but after its moves player/,
    );
    expect(records(stdout, 'import')[0]).toMatchObject({ read: 2, added: 2, refused: 1 });
  });

  test('equal games of streams without a time are one game', async () => {
    const dump = unsealed(rrSync(['db', 'dump', GAMES, '--config', 'hex8_2p', '--limit', '3']));
    const undated = dump.replaceAll(/,"created":"[^"]*"/g, '');
    const imports = [at('a.ndjson'), at('b.ndjson')];
    for (const path of imports) writeFileSync(path, undated);
    const { status, stdout } = await rr(['db', 'import', at('undated.db'), ...imports]);
    expect(status).toBe(0);
    expect(records(stdout, 'import')[0]).toMatchObject({ read: 6, added: 3, present: 3, conflicts: 0 });
    const again = await rr(['db', 'import', at('undated.db'), ...imports]);
    expect(again.status).toBe(0);
    expect(records(again.stdout, 'import')[0]).toMatchObject({ read: 6, added: 0, updated: 0, conflicts: 0 });
  });

  test('a full disk is 75 and leaves nothing torn', async ({ skip }) => {
    const disk = at('disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', disk], { stdio: 'pipe' });
    } catch {
      skip('only root may mount a small disk');
    }
    onTestFinished(() => {
      execFileSync('umount', [disk]);
    });
    const theirs = await rr(['db', 'convert', GAMES, '--to', 'ringrift', '--out', join(disk, 'big.db')]);
    expect(theirs.status).toBe(75);
    expect(oneLine(theirs.stderr)).toContain(`${join(disk, 'big.db')}: no space left on the device`);
    expect(readdirSync(disk)).toEqual([]);
    const dump = unsealed(rrSync(['db', 'dump', GAMES]));
    const many = Array.from({ length: 60 }, (_, i) =>
      dump.replaceAll('"type":"game","id":"', `"type":"game","id":"${i}-`),
    );
    const ours = join(disk, 'ours.db');
    const { status, stderr } = await rr(['db', 'import', ours], { input: many.join('') });
    expect(status).toBe(75);
    expect(oneLine(stderr)).toContain('no space left on the device');
    for (const name of readdirSync(disk)) copyFileSync(join(disk, name), at(name));
    const survivor = new Database(at('ours.db'));
    expect(survivor.pragma('quick_check', { simple: true })).toBe('ok');
    survivor.close();
  });
});
