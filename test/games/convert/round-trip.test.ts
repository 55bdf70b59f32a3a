/** Original → ours → original: every row, every column, the same verdict of the parity check. */
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertToRingrift, convertToRr } from '../../../src/games/convert/files.ts';
import { openGames } from '../../../src/games/game/open.ts';
import { replay } from '../../../src/games/game/replay.ts';
import { decodeExtras } from '../../../src/games/store/extras.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { TABLES } from '../../../src/games/upstream/schema.ts';
import { checkGame } from '../../../src/parity/check.ts';
import { databases, temporaryFolder } from '../upstream/fixture.ts';
import { copyOf, differingColumns, fixture, rowsByTable } from './rows.ts';

const folder = temporaryFolder();
const NOW = '2026-01-01T00:00:00.000Z';

/** What a parity check says about each game of a file. */
async function verdicts(path: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const item of openGames(path)) {
    if ('problem' in item) found.push([item.id, item.problem]);
    else if ('game' in item) {
      const { divergence, plies, variants } = checkGame(item.game);
      found.push([
        item.game.id,
        plies,
        variants,
        divergence && [divergence.kind, divergence.move, divergence.expected],
      ]);
    }
  }
  return found.sort();
}

async function thereAndBack(original: string): Promise<{ ours: string; back: string }> {
  const name = basename(original);
  const ours = join(folder, `${name}.rr.db`);
  const back = join(folder, `${name}.back.db`);
  await convertToRr([original], ours, NOW);
  await convertToRingrift([ours], back, {});
  return { ours, back };
}

/** The golden copies of the fixtures add nothing. */
const distinct = databases.filter(
  (path, i) => databases.findIndex((other) => basename(other) === basename(path)) === i,
);

describe.each(distinct)('%s', (path) => {
  it('comes back with the same rows and the same verdict', async () => {
    const original = copyOf(path, join(folder, basename(path).replace(/\.gz$/, '')));
    const { ours, back } = await thereAndBack(original);
    expect(differingColumns(rowsByTable(original), rowsByTable(back))).toEqual([]);
    const expected = await verdicts(original);
    expect(expected.length).toBeGreaterThan(0);
    expect(await verdicts(back)).toEqual(expected);
    expect(await verdicts(ours)).toEqual(expected);
  });
});

it('adds nothing when converted twice', async () => {
  const ours = join(folder, 'twice.db');
  const source = fixture('square8_3p');
  const first = await convertToRr([source], ours, NOW);
  expect(await convertToRr([source], ours, NOW)).toEqual({ ...first, added: 0 });
});

it.each(['square8_2p_gumbel', 'square8_3p'])('is the same training data as the original: %s', async (name) => {
  const ours = join(folder, `${name}.training.db`);
  await convertToRr([fixture(name)], ours, NOW);
  expect(await trainingGames(ours)).toEqual(await trainingGames(fixture(name)));
});

/** All that an export takes from each game, by id. */
async function trainingGames(path: string): Promise<Map<string, unknown>> {
  const found: [string, unknown][] = [];
  for await (const item of openGames(path, { forTraining: true })) {
    if ('problem' in item) found.push([item.id, undefined]);
    else if ('leftOut' in item) found.push([item.leftOut, item.games]);
    else {
      const { id, initial, status, winner, reason, source, engine, createdAt, completedAt, quality } = item.game;
      const { victoryThreshold, territoryMinimum } = initial.rules;
      const searches = item.game.searches.map(({ rootValue: _, ...search }) => search);
      const moves: unknown[] = [];
      try {
        replay(item.game, { move: ({ move, variant }) => moves.push([move, variant]) });
      } catch {
        // an export leaves the game out
        found.push([id, undefined]);
        continue;
      }
      const about = { source, engine, createdAt, completedAt, quality, opponent: item.game.opponent };
      found.push([id, [victoryThreshold, territoryMinimum, moves, searches, status, winner, reason, about]]);
    }
  }
  expect(new Set(found.map(([id]) => id)).size).toBe(found.length);
  return new Map(found);
}

/** The table of docs/files.md: `table.column` → whether it is kept. */
function documented(): Map<string, boolean> {
  const text = readFileSync(resolve(import.meta.dirname, '../../../docs/files.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (`\w+`(?:, `\w+`)*) \| (yes|no)\b.*\|$/gm)];
  const columns = rows.flatMap(([, table, names, kept]) =>
    [...names.matchAll(/\w+/g)].map(([name]): [string, boolean] => [`${table}.${name}`, kept === 'yes']),
  );
  expect(new Set(columns.map(([name]) => name)).size).toBe(columns.length);
  return new Map(columns);
}

const everyColumn = [
  'schema_metadata.key',
  'schema_metadata.value',
  ...Object.entries(TABLES).flatMap(([table, columns]) => Object.keys(columns).map((name) => `${table}.${name}`)),
];

/** Values that no game could give: every free column of every table gets one. */
function oddValues(db: import('better-sqlite3').Database): void {
  const id = db.prepare('SELECT game_id FROM games ORDER BY 1').pluck().get();
  db.exec(`DROP TRIGGER enforce_moves_on_complete;
    UPDATE games SET rng_seed = 9223372036854775807, completed_at = 'yesterday', winner = NULL, game_status = 'paused',
      termination_reason = 'rain', total_turns = 3, duration_ms = 1, source = 'post', schema_version = 17,
      time_control_type = 'egg', initial_time_ms = 2, time_increment_ms = 3, metadata_json = '{"a": [1, 2.5], "rr": {}}',
      quality_score = 0.123456789012345, quality_category = 'fine', engine_mode = 'nobody', parity_status = 'odd',
      parity_checked_at = 'then', parity_divergence_move = 4, opponent_type = 'cat', opponent_model_id = 'tabby';
    UPDATE game_players SET player_type = 'human', ai_type = NULL, ai_difficulty = 3, ai_profile_id = 'me',
      final_eliminated_rings = 77, final_territory_spaces = NULL, final_rings_in_hand = 5;
    UPDATE game_initial_state SET
      initial_state_json = json_set(initial_state_json, '$.rngSeed', 9223372036854775806, '$.id', 'mine', '$.extra', json('[null]'));
    UPDATE game_moves SET timestamp = 'tick', think_time_ms = 8, time_remaining_ms = 9, engine_eval = 0.1, engine_depth = 2,
      engine_eval_type = 'neural', engine_nodes = 5, engine_pv = '["a"]', engine_time_ms = 6, turn_number = turn_number + 1,
      move_probs = '{"place_ring_1,1":0.3333333333333333,"x":1e-9}', search_stats_json = '{"root_value": 0.1, "q": {"1": 2}}',
      heuristic_features = x'0000803f', move_json = json_set(move_json, '$.id', 'other', '$.thinkTime', 4, '$.more', 1.5)
      WHERE move_number % 3 = 1;
    UPDATE game_state_snapshots SET state_hash = '0123456789abcdef', state_json = json_set(state_json, '$.board.size', 10);
    ALTER TABLE games ADD COLUMN excluded_from_training INTEGER DEFAULT 0;
    UPDATE games SET excluded_from_training = 1;`);
  db.prepare("INSERT INTO game_choices VALUES (?, 3, 'line', 1, '[1, 2]', '2', 'because')").run(id);
  db.prepare("INSERT INTO game_nnue_features VALUES (?, 2, 1, x'1f8b00ff', -1.0, 'hex8', 21)").run(id);
  db.prepare(
    `INSERT INTO game_history_entries VALUES (?, 6, 2, 'a', 'b', 'c', 'd', '{"players": []}', '{}', 'h1', 'h2', '{"s": 1}',
     '[]', '{"z": 12345678901234567890}', '{}', 0, '["{}"]', 4, 0.5, 3, 0, 'E')`,
  ).run(id);
  db.exec("INSERT INTO orphaned_games VALUES ('lost', '2026', 'no moves', 'completed', 'hex8', 3)");
  db.exec("INSERT INTO orphaned_games VALUES ('found', '2025', NULL, NULL, NULL, NULL)");
}

/** Games of ours with their extras unpacked, without the one column that is not kept. */
async function contents(path: string): Promise<unknown[]> {
  const store = await GameStore.openReadOnly(path);
  try {
    return [...store.games()].map(({ extras, ...game }) => {
      const { ringrift, ...rest } = decodeExtras(extras, path);
      const { schema_version: _, ...row } = (ringrift?.game ?? {}) as Record<string, unknown>;
      return { ...game, ...rest, ringrift: { ...ringrift, game: row } };
    });
  } finally {
    store.close();
  }
}

describe('the table of docs/files.md', () => {
  it('lists every table and column of schema 18 once', () => {
    expect([...documented().keys()].sort()).toEqual([...everyColumn].sort());
  });

  it('is true: odd values in every column survive exactly where it says so', async () => {
    const original = copyOf(fixture('hex8_2p_swap'), join(folder, 'odd.db'), oddValues);
    const { ours, back } = await thereAndBack(original);
    const [before, after] = [rowsByTable(original), rowsByTable(back)];
    const lost = differingColumns(before, after);
    const notKept = [...documented()].filter(([, kept]) => !kept).map(([name]) => name);
    expect(lost).toEqual(['games.schema_version']);
    expect(notKept).toEqual(expect.arrayContaining(lost));
    expect(before.games[0]).toMatchObject({ rng_seed: '9223372036854775807', excluded_from_training: '1' });
    // and ours alone holds all of it: a second round changes nothing
    const again = join(folder, 'odd.again.db');
    await convertToRr([back], again, NOW);
    expect(await contents(again)).toEqual(await contents(ours));
  });
});

describe('games that are out of the ordinary', () => {
  const convertChanged = async (name: string, change: Parameters<typeof copyOf>[2], source = 'hex8_2p_swap') => {
    const original = copyOf(fixture(source), join(folder, `${name}.db`), change);
    return { original, ...(await thereAndBack(original)) };
  };

  it('start from their own position, thresholds and options', async () => {
    const change = (path: string, value: string) =>
      `UPDATE game_initial_state SET initial_state_json = json_set(initial_state_json, '$.${path}', json('${value}'))`;
    const { original, ours, back } = await convertChanged('start', (db) => {
      db.exec(change('victoryThreshold', '17'));
      db.exec(change('territoryVictoryThreshold', '29'));
      db.exec(change('lpsRoundsRequired', '2'));
      db.exec(change('board.markers', '{"0,4,-4":{"player":2,"position":{"x":0,"y":4,"z":-4},"type":"regular"}}'));
    });
    expect(differingColumns(rowsByTable(original), rowsByTable(back))).toEqual([]);
    const expected = await verdicts(original);
    expect(await verdicts(ours)).toEqual(expected);
    const store = await GameStore.openReadOnly(ours);
    const [game] = store.games();
    store.close();
    expect(JSON.parse(game.options).rules).toMatchObject({
      victoryThreshold: 17,
      territoryMinimum: 29,
      lpsRoundsRequired: 2,
    });
  });

  it('keep a move that the rules refuse, and everything after it', async () => {
    const { original, ours, back } = await convertChanged('refused', (db) =>
      db.exec(`UPDATE game_moves SET move_json = json_set(move_json, '$.to', json('{"x":0,"y":0,"z":0}'))
               WHERE move_type = 'move_stack' AND move_number < 40`),
    );
    expect(differingColumns(rowsByTable(original), rowsByTable(back))).toEqual([]);
    const expected = await verdicts(original);
    expect(JSON.stringify(expected)).toContain('legality');
    expect(await verdicts(ours)).toEqual(expected);
    expect(await verdicts(back)).toEqual(expected);
  });

  it('are reported and quarantined when they make no sense, and the others converted', async () => {
    const refused: string[] = [];
    const original = copyOf(fixture('hex8_2p_swap'), join(folder, 'nonsense.db'), (db) => {
      const id = db.prepare('SELECT game_id FROM games ORDER BY rowid').pluck().get();
      db.prepare(
        "UPDATE game_initial_state SET initial_state_json = json_set(initial_state_json, '$.players[0].ringsInHand', 17) WHERE game_id = ?",
      ).run(id);
    });
    const ours = join(folder, 'nonsense.rr.db');
    const summary = await convertToRr([original], ours, NOW, { onRefused: (_, __, why) => refused.push(why) });
    expect(summary).toMatchObject({ added: 1, refused: 1 });
    expect(refused[0]).toContain('rings do not conserve');
    const store = await GameStore.openReadOnly(ours);
    expect(store.orphans()).toMatchObject([{ reason: refused[0] }]);
    store.close();
  });

  it('with fewer than 5 moves are refused and reported', async () => {
    const original = copyOf(fixture('hex8_2p_swap'), join(folder, 'short.db'), (db) => {
      const id = db.prepare('SELECT game_id FROM games ORDER BY rowid').pluck().get();
      db.exec('DROP TRIGGER enforce_moves_on_complete');
      db.prepare('DELETE FROM game_moves WHERE game_id = ? AND move_number > 3').run(id);
      db.prepare('UPDATE games SET total_moves = 4 WHERE game_id = ?').run(id);
    });
    const ours = join(folder, 'short.rr.db');
    expect(await convertToRr([original], ours, NOW)).toMatchObject({ added: 2, refused: 0 });
    const problems: string[] = [];
    const hooks = { onRefused: (_: string, __: string, why: string) => problems.push(why) };
    expect(await convertToRingrift([ours], join(folder, 'short.back.db'), {}, hooks)).toEqual({
      read: 2,
      written: 1,
      refused: 1,
    });
    expect(problems[0]).toMatch(/has 4 moves/);
  });
});
