import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { databaseKind } from '../../../src/games/databases/kind.ts';
import { GroupCommit } from '../../../src/games/store/group-commit.ts';
import { MIGRATIONS, type Migration, migrate, schemaVersion } from '../../../src/games/store/schema.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { mountTypeOf, networkFileSystem } from '../../../src/io/sqlite/filesystem.ts';
import { assertSqliteVersion } from '../../../src/io/sqlite/sqlite.ts';
import { FIXTURES, temporaryFolder } from '../upstream/fixture.ts';
import { exampleGame } from './example.ts';

const folder = temporaryFolder();
let files = 0;
const newPath = () => join(folder, `store-${files++}.db`);

/** A closed database of `count` games. */
function filled(count: number): string {
  const path = newPath();
  const store = GameStore.open(path);
  for (let n = 0; n < count; n++) store.append(exampleGame(n));
  store.commit();
  store.close();
  return path;
}

describe('GameStore', () => {
  it('gives back what was stored', async () => {
    const path = filled(450);
    expect(await databaseKind(path)).toBe('rr');
    const store = await GameStore.openReadOnly(path);
    const games = [...store.games()];
    expect(games).toEqual(
      Array.from({ length: 450 }, (_, n) => ({
        ...exampleGame(n),
        moves: Buffer.from(exampleGame(n).moves),
        extras: n % 4 === 0 ? Buffer.of(1, 2, n & 255) : null,
      })),
    );
    expect(store.get('game-7')).toEqual(games[7]);
    expect(store.get('game-x')).toBeUndefined();
    expect(store.count({ engine: 'random', config: 'hex8_2p', status: 'completed' })).toBe(150);
    expect(store.count({ since: '2026-01-01T00:07:00', minQuality: 0.5, parity: ['pending', 'passed'] })).toBe(30);
    expect([...store.headers({ runId: 'run' })].length).toBe(450);
    expect(() => store.append(exampleGame(999))).not.toThrow();
    expect(() => store.commit()).toThrow(expect.objectContaining({ exit: 78 }));
    store.close();
  });

  it('acknowledges a game only when it is committed, and a repeated one without storing it twice', () => {
    const path = newPath();
    const store = GameStore.open(path);
    store.append(exampleGame(1));
    expect([store.pending, store.count()]).toEqual([1, 0]);
    expect(store.commit()).toEqual(['game-1']);
    store.append(exampleGame(1));
    store.append(exampleGame(2));
    expect(store.commit()).toEqual(['game-1', 'game-2']);
    expect(store.commit()).toEqual([]);
    expect(store.ids()).toEqual(['game-1', 'game-2']);
    store.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('refuses a completed game without moves, at the door and in the tables', () => {
    const path = newPath();
    const store = GameStore.open(path);
    const refused = expect.objectContaining({ code: 'DB_GAME_REFUSED', exit: 5 });
    expect(() => store.append(exampleGame(1, { plies: 0 }))).toThrow(refused);
    expect(() => store.append(exampleGame(1, { moves: new Uint8Array(0) }))).toThrow(refused);
    expect(() => store.append(exampleGame(1, { players: 5 }))).toThrow(refused);
    store.append(exampleGame(1));
    store.append(
      exampleGame(2, { status: 'in_progress', plies: 0, moves: new Uint8Array(0), decisions: 0, winner: null }),
    );
    store.commit();
    store.close();
    const db = new Database(path);
    expect(() => db.exec("UPDATE games SET status = 'completed' WHERE game_id = 'game-2'")).toThrow(/without moves/);
    expect(() => db.exec("UPDATE games SET moves = x'' WHERE game_id = 'game-1'")).toThrow(/without moves/);
    db.exec('DROP TRIGGER completed_games_have_moves_on_update');
    expect(() => db.exec("UPDATE games SET moves = x'' WHERE game_id = 'game-1'")).toThrow(/completed_has_moves/);
    expect(() => db.exec("UPDATE games SET plies = 'many'")).toThrow(/cannot store TEXT/);
    db.close();
  });

  it('records parity', () => {
    const path = filled(3);
    const store = GameStore.open(path);
    store.setParity([{ id: 'game-2', status: 'failed', checkedAt: '2026-02-02', divergenceMove: 17 }]);
    expect(store.get('game-2')).toMatchObject({ parity_status: 'failed', parity_divergence_move: 17 });
    store.close();
  });

  it('names the game whose moves do not match their checksum', () => {
    const path = filled(3);
    const db = new Database(path);
    db.exec("UPDATE games SET moves = x'0102' WHERE game_id = 'game-1'");
    db.close();
    const store = GameStore.open(path);
    expect(() => [...store.games()]).toThrow(
      expect.objectContaining({ exit: 5, message: expect.stringContaining('game-1') }),
    );
    store.close();
  });

  it('names the file when a page is damaged, also after an unclean exit', () => {
    const path = filled(300);
    const db = new Database(path);
    db.pragma('journal_mode = DELETE');
    const pages = db.prepare("SELECT pageno FROM dbstat WHERE name = 'games' AND pagetype = 'leaf'").pluck().all();
    db.close();
    const bytes = readFileSync(path);
    for (const page of pages.slice(1, 9).map(Number)) bytes.fill(0x5a, 4096 * (page - 1), 4096 * page);
    writeFileSync(path, bytes);
    const corrupt = expect.objectContaining({ code: 'FILE_CORRUPT', exit: 5, message: expect.stringContaining(path) });
    const store = GameStore.open(path);
    expect(() => store.check()).toThrow(corrupt);
    expect(() => [...store.games()]).toThrow(corrupt);
    // the pages around it are read
    const rows = [...store.rows()];
    const good = rows.filter((row) => !('problem' in row)).length;
    expect(good).toBeGreaterThan(200);
    expect(good).toBeLessThan(300);
    expect(rows).toContainEqual(expect.objectContaining({ problem: expect.stringContaining('lie on a damaged page') }));
    store.close();
    // a log left behind makes open() look before anything is written
    writeFileSync(`${path}-wal`, Buffer.alloc(64));
    expect(() => GameStore.open(path)).toThrow(corrupt);
  });

  it.each([undefined, 0])('is refused before work is done for it (checked whole up to %s bytes)', (wholeBytes) => {
    const path = filled(3000);
    const db = new Database(path);
    db.pragma('journal_mode = DELETE');
    const pages = db.prepare('SELECT pageno FROM dbstat WHERE name = ? ORDER BY pageno').pluck();
    const inIndex = Number(pages.all('games_by_run').at(-1));
    db.close();
    GameStore.openChecked(path).close();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4096 * (inIndex - 1), 4096 * inIndex);
    writeFileSync(path, bytes);
    const store = GameStore.open(path);
    expect(() => store.checkBeforeAppending(wholeBytes)).toThrow(
      expect.objectContaining({ code: 'FILE_CORRUPT', message: expect.stringContaining(path) }),
    );
    store.close();
  });

  it('waits its turn and says who is in the way', () => {
    const path = filled(1);
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    const store = GameStore.open(path);
    store.append(exampleGame(5));
    // the wait is five seconds; a shorter one would do, but it is what users get
    expect(() => store.commit()).toThrow(expect.objectContaining({ code: 'DB_LOCKED', exit: 75 }));
    expect(store.pending).toBe(1);
    other.exec('COMMIT');
    expect(store.commit()).toEqual(['game-5']);
    other.close();
    store.close();
  });

  it('is migrated step by step, and a newer one refused', () => {
    const path = filled(1);
    const db = new Database(path);
    const next: Migration = (open) => open.exec('ALTER TABLE games ADD COLUMN a TEXT');
    migrate(db, path, [...MIGRATIONS, next]);
    expect(schemaVersion(db)).toBe(MIGRATIONS.length + 1);
    expect(() =>
      migrate(db, path, [...MIGRATIONS, next, (open) => open.exec('CREATE TABLE b (x TEXT); broken')]),
    ).toThrow();
    // the failed step left nothing behind
    expect(schemaVersion(db)).toBe(MIGRATIONS.length + 1);
    expect(db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'b'").get()).toBeUndefined();
    db.close();
    const newer = expect.objectContaining({ code: 'DB_NEWER', exit: 78 });
    expect(() => GameStore.open(path)).toThrow(newer);
    return expect(GameStore.openReadOnly(path)).rejects.toThrow(newer);
  });

  it('refuses databases of others', async () => {
    const { gunzipSync } = await import('node:zlib');
    const path = newPath();
    writeFileSync(path, gunzipSync(readFileSync(join(FIXTURES, 'hex8_2p_swap.db.gz'))));
    const before = readFileSync(path);
    expect(() => GameStore.open(path)).toThrow(expect.objectContaining({ code: 'USAGE', exit: 2 }));
    expect(readFileSync(path)).toEqual(before);
    expect(await databaseKind(path)).toBe('ringrift');
    expect(await databaseKind(join(FIXTURES, 'hex8_2p_swap.db.gz'))).toBe('ringrift');
    writeFileSync(path, 'neither one nor the other, but long enough to be taken for a page'.repeat(99));
    expect(() => GameStore.open(path)).toThrow(expect.objectContaining({ code: 'FILE_CORRUPT', exit: 5 }));
    await expect(databaseKind(path)).rejects.toMatchObject({ exit: 5 });
    await expect(GameStore.openReadOnly(join(folder, 'nowhere.db'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('asks for a recent SQLite', () => {
    expect(() => assertSqliteVersion('3.51.2')).toThrow(expect.objectContaining({ code: 'SQLITE_TOO_OLD', exit: 2 }));
    for (const version of ['3.51.3', '3.52.0', '4.0.0']) expect(() => assertSqliteVersion(version)).not.toThrow();
  });
});

describe('network file systems', () => {
  it.each([
    [0x6969, undefined, 'NFS'],
    [0xff534d42, undefined, 'CIFS'],
    [0xfe534d42 | 0, undefined, 'SMB2'],
    [0x0bd00bd0, undefined, 'Lustre'],
    [0x65735546, 'fuse.sshfs', 'fuse.sshfs'],
    [0x65735546, 'fuse.mergerfs', undefined],
    [0xef53, 'ext4', undefined],
    [0x794c7630, 'overlay', undefined],
  ])('are told by number %i and mount type %s', (magic, mount, expected) => {
    expect(networkFileSystem(magic, mount)).toBe(expected);
  });

  it('finds the innermost mount of a folder', () => {
    const mounts = [
      '22 1 8:1 / / rw - ext4 /dev/sda1 rw',
      '40 22 0:35 / /mnt/remote\\040disk rw,nosuid - fuse.sshfs me@host:/ rw',
      '41 22 0:36 / /mnt rw - tmpfs tmpfs rw',
    ].join('\n');
    expect(mountTypeOf('/mnt/remote disk/data', mounts)).toBe('fuse.sshfs');
    expect(mountTypeOf('/mnt/other', mounts)).toBe('tmpfs');
    expect(mountTypeOf('/mntx', mounts)).toBe('ext4');
  });
});

describe('GroupCommit', () => {
  it('commits after so many games, after a while, and on flush', () => {
    vi.useFakeTimers();
    const store = GameStore.inMemory();
    const stored: string[][] = [];
    const group = new GroupCommit(store, {
      games: 3,
      ms: 100,
      onStored: (ids) => stored.push([...ids]),
      onError: (error) => expect(error).toBeUndefined(),
    });
    for (let n = 0; n < 4; n++) group.add(exampleGame(n));
    expect(stored).toEqual([['game-0', 'game-1', 'game-2']]);
    vi.advanceTimersByTime(100);
    expect(stored[1]).toEqual(['game-3']);
    group.add(exampleGame(4));
    group.flush();
    group.flush();
    expect(stored.slice(2)).toEqual([['game-4']]);
    store.close();
    vi.useRealTimers();
  });
});
