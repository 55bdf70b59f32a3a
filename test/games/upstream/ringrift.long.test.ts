import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openRingriftDb, type RingriftReader } from '../../../src/games/upstream/reader.ts';
import { TABLES } from '../../../src/games/upstream/schema.ts';
import type { RingriftGame } from '../../../src/games/upstream/types.ts';
import { RingriftWriter } from '../../../src/games/upstream/writer.ts';
import { databases, FIXTURES, temporaryFolder } from './fixture.ts';

const folder = temporaryFolder();
const SWAP = join(FIXTURES, 'hex8_2p_swap.db.gz');

const usable = (reader: RingriftReader, everything = false): RingriftGame[] =>
  [...reader.games({}, { everything })].map((game) => {
    if ('problem' in game) throw new Error(`${game.id}: ${game.problem}`);
    return game;
  });

/** Every row of every table, JSON columns parsed, since only their meaning has to survive. */
function contents(path: string): Record<string, unknown[]> {
  const db = new Database(path, { readonly: true });
  const tables = ['schema_metadata', ...Object.keys(TABLES)];
  const all = Object.fromEntries(
    tables.map((table) => [
      table,
      db
        .prepare(`SELECT * FROM ${table} ORDER BY 1, 2`)
        .all()
        .map((row) =>
          Object.fromEntries(
            Object.entries(row as object).map(([column, value]) => [
              column,
              column.includes('json') || column === 'move_probs' ? parsed(value) : value,
            ]),
          ),
        ),
    ]),
  );
  db.close();
  return all;
}
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const json = JSON.parse(value);
  // the one field we mend on reading
  if (json?.lpsCurrentRoundActorMask && json.moveHistory?.length === 0) json.lpsCurrentRoundActorMask = {};
  return json;
}

describe.each(databases)('the original database %s', (path) => {
  it('is read game by game, and written back without loss', async () => {
    const reader = await openRingriftDb(path);
    expect(reader.schemaVersion).toBe(18);
    const copy = join(folder, `${basename(path)}.copy`);
    const writer = new RingriftWriter(copy);
    for (const game of reader.games({}, { everything: true })) {
      if ('problem' in game) throw new Error(game.problem);
      expect(game.moves.length).toBe(game.game.total_moves);
      expect(game.players.length).toBe(game.game.num_players);
      expect(game.snapshots.at(-1)).toMatchObject({ move_number: game.moves.length - 1, state_hash: /^[0-9a-f]{16}$/ });
      writer.add(game);
    }
    writer.finish();
    expect(writer.games).toBe(reader.gameIds().length);
    reader.close();
    const original = join(folder, `${basename(path)}.raw`);
    const bytes = readFileSync(path);
    writeFileSync(original, path.endsWith('.gz') ? gunzipSync(bytes) : bytes);
    const [expected, found] = [contents(original), contents(copy)];
    for (const [table, rows] of Object.entries(expected)) expect(found[table], table).toEqual(rows);
  });
});

it('our schema has the tables, columns, indexes and triggers of the original', async () => {
  const original = join(folder, 'schema.db');
  writeFileSync(original, gunzipSync(readFileSync(SWAP)));
  const copy = join(folder, 'schema-ours.db');
  new RingriftWriter(copy).finish();
  const describeDb = (path: string) => {
    const db = new Database(path, { readonly: true });
    const objects = db
      .prepare("SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2")
      .all();
    const columns = Object.keys(TABLES).map((table) => db.prepare('SELECT * FROM pragma_table_info(?)').all(table));
    const keys = Object.keys(TABLES).map((table) => db.prepare('SELECT * FROM pragma_foreign_key_list(?)').all(table));
    const indexes = db
      .prepare(
        "SELECT m.name, i.seqno, i.name AS column, i.desc FROM sqlite_master m, pragma_index_xinfo(m.name) i WHERE m.type = 'index' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2",
      )
      .all();
    db.close();
    return { objects, columns, keys, indexes };
  };
  expect(describeDb(copy)).toEqual(describeDb(original));
});

describe('reading', () => {
  const raw = (name: string, change: (db: Database.Database) => void): string => {
    const path = join(folder, name);
    writeFileSync(path, gunzipSync(readFileSync(SWAP)));
    const db = new Database(path);
    change(db);
    db.close();
    return path;
  };

  it('gives typed moves with their search policies', async () => {
    const reader = await openRingriftDb(join(FIXTURES, 'square8_2p_gumbel.db.gz'));
    const [game] = usable(reader);
    const searched = game?.moves.filter((move) => move.probs !== null) ?? [];
    expect(searched.length).toBeGreaterThan(50);
    for (const move of searched) {
      // two moves may share a key, whose share then counts once
      const total = Object.values(move.probs ?? {}).reduce((a, b) => a + b, 0);
      expect(total).toBeGreaterThan(0.2);
      expect(total).toBeLessThan(1 + 1e-9);
      expect(move.move).toMatchObject({ type: move.type, phase: move.phase, player: move.player });
    }
    expect(game?.initialState).toMatchObject({ boardType: 'square8', lpsCurrentRoundActorMask: {} });
    reader.close();
  });

  it('filters, orders and finds games', async () => {
    const reader = await openRingriftDb(SWAP);
    const [first = '', second = ''] = reader.gameIds();
    expect(reader.gameIds({ newestFirst: true })).toEqual([second, first]);
    expect(reader.gameIds({ completed: true, board: 'hex8', players: 2, limit: 1 })).toEqual([first]);
    expect(reader.gameIds({ board: 'square8' })).toEqual([]);
    expect(reader.gameIds({ since: '2099-01-01' })).toEqual([]);
    expect(reader.game(second)).toMatchObject({ game: { game_id: second } });
    expect(reader.game('nobody')).toBeUndefined();
    reader.close();
  });

  it('leaves out what the original leaves out', async () => {
    const path = raw('excluded.db', (db) => {
      db.exec('ALTER TABLE games ADD COLUMN excluded_from_training INTEGER DEFAULT 0');
      const [a, b] = db.prepare('SELECT game_id FROM games ORDER BY rowid').pluck().all();
      db.prepare("UPDATE games SET parity_status = 'non_canonical_history' WHERE game_id = ?").run(a);
      db.prepare('UPDATE games SET excluded_from_training = 1 WHERE game_id = ?').run(b);
    });
    const reader = await openRingriftDb(path);
    expect(reader.gameIds()).toEqual([]);
    expect(reader.gameIds({ includeExcluded: true }).length).toBe(2);
    reader.close();
  });

  it('understands a file of the first version', async () => {
    const path = raw('v1.db', (db) => {
      db.exec('DROP TABLE schema_metadata');
      db.exec('DROP TRIGGER enforce_moves_on_complete');
      for (const table of [
        'game_history_entries',
        'game_nnue_features',
        'orphaned_games',
        'game_initial_state',
        'game_choices',
      ]) {
        db.exec(`DROP TABLE ${table}`);
      }
      for (const column of [
        'move_probs',
        'search_stats_json',
        'heuristic_features',
        'engine_pv',
        'time_remaining_ms',
      ]) {
        db.exec(`ALTER TABLE game_moves DROP COLUMN ${column}`);
      }
      db.exec('ALTER TABLE games DROP COLUMN metadata_json');
      db.exec("UPDATE games SET game_status = 'finished', rng_seed = 9223372036854775807");
      db.exec("UPDATE game_moves SET move_type = 'move_ring', phase = '' WHERE move_type = 'move_stack'");
      db.exec("UPDATE game_moves SET move_type = 'pie_rule', phase = 'game_over' WHERE move_type = 'swap_sides'");
    });
    const reader = await openRingriftDb(path);
    expect(reader.schemaVersion).toBe(1);
    expect(reader.orphans()).toEqual([]);
    for (const game of usable(reader)) {
      expect(game.game).toMatchObject({
        game_status: 'completed',
        rng_seed: '9223372036854775807',
        metadata_json: null,
      });
      expect(game.initialState).toBeNull();
      const types = game.moves.map((move) => `${move.phase}/${move.type}/${String(move.move.type)}`);
      expect(types).toContain('movement/move_stack/move_stack');
      expect(types).toContain('ring_placement/swap_sides/swap_sides');
      expect(game.moves[0]?.probs).toBeNull();
    }
    reader.close();
  });

  it('understands moves as a column of games, as positions, and compressed states', async () => {
    const path = raw('layouts.db', (db) => {
      const [a, b] = db.prepare('SELECT game_id FROM games ORDER BY rowid').pluck().all();
      db.exec('ALTER TABLE games ADD COLUMN moves TEXT');
      const moves = db
        .prepare('SELECT move_json FROM game_moves WHERE game_id = ? ORDER BY move_number')
        .pluck()
        .all(a);
      db.prepare('UPDATE games SET moves = ? WHERE game_id = ?').run(`[${moves.join(',')}]`, a);
      db.prepare('DELETE FROM game_moves WHERE game_id = ? OR move_number > 0').run(a);
      db.exec('ALTER TABLE game_moves RENAME TO old');
      db.exec(
        'CREATE TABLE game_moves (game_id, move_number, turn_number, player, phase, move_type, position_q, position_r)',
      );
      db.prepare("INSERT INTO game_moves VALUES (?, 0, 0, 1, NULL, 'place_ring', 1, -3)").run(b);
      db.exec('UPDATE games SET total_moves = 5');
      const state = String(db.prepare('SELECT initial_state_json FROM game_initial_state LIMIT 1').pluck().get());
      db.prepare('UPDATE game_initial_state SET initial_state_json = ?, compressed = 1').run(
        gzipSync(state.replace('"size":9', '"size":5')),
      );
    });
    const reader = await openRingriftDb(path);
    const [first, second] = usable(reader);
    expect(first?.moves.length).toBeGreaterThan(50);
    expect(first?.moves.at(-1)?.turn_number).toBe((first?.game.total_turns ?? 0) - 1);
    expect(second?.moves).toMatchObject([
      { type: 'place_ring', phase: 'ring_placement', move: { to: { x: 1, y: -3, z: 2 } } },
    ]);
    expect(second?.initialState).toMatchObject({ board: { size: 9 } });
    reader.close();
  });

  it('reports an unusable game with its reason and goes on', async () => {
    const path = raw('unusable.db', (db) => {
      const id = db.prepare('SELECT game_id FROM games ORDER BY rowid').pluck().get();
      db.prepare('UPDATE game_moves SET move_json = \'{"type":\' WHERE game_id = ? AND move_number = 7').run(id);
    });
    const reader = await openRingriftDb(path);
    expect([...reader.games()]).toMatchObject([{ problem: 'move 7 is not JSON' }, { moves: expect.anything() }]);
    reader.close();
    for (const [name, sql, problem] of [
      [
        'type',
        "UPDATE game_moves SET move_type = 'castle' WHERE move_number = 3",
        "move 3: move type 'castle' is unknown",
      ],
      [
        'phase',
        "UPDATE game_moves SET phase = 'opening' WHERE move_number = 3",
        "move 3: its phase 'opening' is unknown",
      ],
      ['hole', 'DELETE FROM game_moves WHERE move_number = 3', 'move 3 is missing'],
      ['players', 'UPDATE games SET num_players = 7', /^num_players: /],
    ] as const) {
      const other = await openRingriftDb(raw(`${name}.db`, (db) => db.exec(sql)));
      expect([...other.games()][0]).toMatchObject({ problem: expect.stringMatching(problem) });
      other.close();
    }
  });

  it('never changes the file nor leaves anything beside it', async () => {
    const inside = mkdtempSync(join(folder, 'inside-'));
    const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
    for (const [name, wal] of [
      ['plain.db', false],
      ['wal.db', true],
    ] as const) {
      const path = join(inside, name);
      copyFileSync(
        raw(name, (db) => {
          if (wal) db.pragma('journal_mode = WAL');
        }),
        path,
      );
      chmodSync(path, 0o444);
      const before = digest(path);
      const reader = await openRingriftDb(path);
      expect(usable(reader).length).toBe(2);
      reader.close();
      expect(digest(path)).toBe(before);
    }
    expect(readdirSync(inside).sort()).toEqual(['plain.db', 'wal.db']);
  });

  it('sees what a crashed writer had committed to its log', async () => {
    const path = raw('live.db', (db) => {
      db.pragma('journal_mode = WAL');
    });
    const live = new Database(path);
    live.prepare("UPDATE games SET source = 'from the log'").run();
    // while the writer lives: in place
    const reader = await openRingriftDb(path);
    expect(usable(reader)[0]?.game.source).toBe('from the log');
    reader.close();
    // its files without it: from a copy
    const crashed = join(folder, 'crashed.db');
    copyFileSync(path, crashed);
    copyFileSync(`${path}-wal`, `${crashed}-wal`);
    live.close();
    const again = await openRingriftDb(crashed);
    expect(usable(again)[0]?.game.source).toBe('from the log');
    again.close();
    expect(existsSync(`${crashed}-shm`)).toBe(false);
  });

  it.each([
    ['is no database', () => Buffer.from('hello, this is certainly no database file'.repeat(50)), 'FILE_CORRUPT', 5],
    ['is a gzip cut short', () => readFileSync(SWAP).subarray(0, 2000), 'FILE_CORRUPT', 5],
    ['is cut short', () => gunzipSync(readFileSync(SWAP)).subarray(0, 40_000), 'FILE_CORRUPT', 5],
  ])('refuses a file that %s', async (_, bytes, code, exit) => {
    const path = join(folder, 'bad.db');
    writeFileSync(path, bytes());
    const read = async () => [...(await openRingriftDb(path)).games()];
    await expect(read()).rejects.toMatchObject({ code, exit, message: expect.stringContaining(path) });
  });

  it('refuses a newer schema, a foreign database and a missing file', async () => {
    const newer = raw('newer.db', (db) => db.exec("UPDATE schema_metadata SET value = '19'"));
    await expect(openRingriftDb(newer)).rejects.toMatchObject({ code: 'DB_NEWER', exit: 78 });
    const foreign = join(folder, 'foreign.db');
    new Database(foreign).exec('CREATE TABLE cats (name)').close();
    await expect(openRingriftDb(foreign)).rejects.toMatchObject({ code: 'FILE_CORRUPT', exit: 5 });
    await expect(openRingriftDb(join(folder, 'nowhere.db'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', exit: 2 });
  });

  it('names the file when a page is damaged', async () => {
    const bytes = gunzipSync(readFileSync(SWAP));
    bytes.fill(0xaa, 8192, bytes.length - 8192);
    const path = join(folder, 'page.db');
    writeFileSync(path, bytes);
    const read = async () => [...(await openRingriftDb(path)).games()];
    await expect(read()).rejects.toMatchObject({ exit: 5, message: expect.stringContaining(path) });
  });
});

describe('writing', () => {
  it('refuses short, torn and contradictory games and keeps the rest', async () => {
    const reader = await openRingriftDb(SWAP);
    const [game] = usable(reader);
    reader.close();
    if (!game) throw new Error('the fixture has games');
    const path = join(folder, 'refused.db');
    const writer = new RingriftWriter(path);
    const wrong = (moves: RingriftGame['moves']) => () => writer.add({ ...game, moves });
    const refused = expect.objectContaining({ code: 'DB_GAME_REFUSED', exit: 5 });
    expect(wrong(game.moves.slice(0, 4))).toThrow(refused);
    expect(wrong(game.moves.slice(1))).toThrow(refused);
    expect(wrong(game.moves.map((move) => ({ ...move, phase: 'capture' as const })))).toThrow(refused);
    expect(wrong(game.moves.map((move) => ({ ...move, move: {} })))).toThrow(refused);
    writer.add(game);
    expect(() => writer.add(game)).toThrow(refused);
    writer.finish();
    const again = await openRingriftDb(path);
    expect(usable(again).map((entry) => entry.moves.length)).toEqual([game.moves.length]);
    again.close();
  });

  it('installs triggers that stop others from completing empty games', () => {
    const path = join(folder, 'triggers.db');
    new RingriftWriter(path).finish();
    const db = new Database(path);
    const insert = (status: string) =>
      db.exec(`INSERT INTO games (game_id, board_type, num_players, created_at, game_status, total_moves, total_turns, schema_version)
               VALUES ('x', 'hex8', 2, '2026', '${status}', 0, 0, 18)`);
    expect(() => insert('completed')).toThrow(/at least 5/);
    insert('in_progress');
    expect(() => db.exec("UPDATE games SET game_status = 'finished'")).toThrow(/at least 5/);
    db.close();
  });

  it('leaves nothing when given up', () => {
    const inside = mkdtempSync(join(folder, 'inside-'));
    new RingriftWriter(join(inside, 'x.db')).abort();
    expect(readdirSync(inside)).toEqual([]);
  });
});
