import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rr } from '../run.ts';
import { FIXTURES, hasShared, noteMissingShared, SHARED } from '../shared.ts';

const db = (name: string): string => resolve(FIXTURES, 'db', name);
const traces = resolve(FIXTURES, 'traces/golden.jsonl.gz');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rr-parity-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Rec = Record<string, unknown> & { type: string };

async function parity(...args: string[]): Promise<{ status: number | null; records: Rec[]; stderr: string }> {
  const { status, stdout, stderr } = await rr(['parity', ...args]);
  const records = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Rec);
  return { status, records, stderr };
}
const divergences = (records: Rec[]) =>
  records.filter((r) => r.type === 'divergence').map((r) => `${r.config} ${r.kind} ${r.move}`);
const summary = (records: Rec[]) => records.find((r) => r.type === 'summary');

/** A changed copy of a fixture database. */
function changed(name: string, sql: string): string {
  const path = join(folder, `${name}-${Math.abs(hash(sql))}.db`);
  writeFileSync(path, gunzipSync(readFileSync(db(`${name}.db.gz`))));
  const open = new Database(path);
  open.exec(sql);
  open.close();
  return path;
}
const hash = (text: string): number => [...text].reduce((h, c) => (Math.imul(h, 31) + c.charCodeAt(0)) | 0, 7);

describe('databases of the original', () => {
  it('agree where the original agrees with itself', async () => {
    const { status, records } = await parity('--db', db('hex8_2p_swap.db.gz'), '--db', db('square8_2p_gumbel.db.gz'));
    expect(status).toBe(0);
    expect(summary(records)).toMatchObject({ games: 3, divergences: 0, unreadable: 0, plies: 297 - 13 + 142 + 13 });
  });

  it('diverge only in results that the rules do not give, which may be allowed', async () => {
    const files = ['--db', db('square8_3p.db.gz'), '--db', db('square8_2p.db.gz')];
    const { status, records } = await parity(...files);
    expect(status).toBe(3);
    expect(divergences(records)).toEqual(['square8_2p result 81', 'square8_2p result 94']);
    expect(summary(records)).toMatchObject({ games: 23, divergences: 0, result_divergences: 2 });
    expect((await parity(...files, '--allow-result')).status).toBe(0);
    const checks = records.filter((r) => r.type === 'check');
    expect(checks.filter((r) => r.status === 'result')).toHaveLength(2);
    expect(checks.some((r) => JSON.stringify(r.variants ?? {}).includes('whole-exact-line'))).toBe(true);
  });

  it('writes fixtures and a JUnit report', async () => {
    const fixtures = join(folder, 'fixtures');
    const junit = join(folder, 'junit.xml');
    const path = changed('hex8_2p_swap', "UPDATE game_state_snapshots SET state_hash = '0' WHERE move_number = 129");
    const files = ['--db', path, '--db', db('square8_2p.db.gz'), '--junit', junit];
    expect((await parity(...files, '--emit-fixture', fixtures, '--allow-result')).status).toBe(3);
    const found = readdirSync(fixtures).map((file) => JSON.parse(readFileSync(join(fixtures, file), 'utf8')));
    expect(found.map(({ kind }) => kind).sort()).toEqual(['result', 'result', 'state']);
    expect(found.find(({ kind }) => kind === 'state')).toMatchObject({
      moveNumber: 129,
    });
    const counts = (failures: number, skipped: number) =>
      new RegExp(
        `^<testsuites name="rr" tests="15" failures="${failures}" errors="0" skipped="${skipped}" time="[\\d.]+">$`,
        'm',
      );
    const report = readFileSync(junit, 'utf8');
    expect(report).toMatch(counts(1, 2));
    expect(report).toMatch(/<failure [^>]*>game \S+, move 129, [^<]*\.db<\/failure>/);
    await parity(...files);
    expect(readFileSync(junit, 'utf8')).toMatch(counts(3, 0));
  });

  it('names an illegal move by number, phase and reason', async () => {
    const path = changed(
      'hex8_2p_swap',
      `UPDATE game_moves SET move_json = json_set(move_json, '$.to', json('{"x":0,"y":0,"z":0}'))
       WHERE move_type = 'move_stack' AND move_number = (SELECT min(move_number) FROM game_moves WHERE move_type = 'move_stack')`,
    );
    const { status, records } = await parity('--db', path);
    expect(status).toBe(3);
    const found = records.find((r) => r.type === 'divergence');
    expect(found).toMatchObject({ kind: 'legality', move: 1, phase: 'movement' });
    expect(found?.actual).toContain('move_stack in movement: not among the legal moves');
  });

  it('reports a wrong hash as state, a wrong winner and a wrong reason as result', async () => {
    const state = await parity(
      '--db',
      changed('hex8_2p_swap', "UPDATE game_state_snapshots SET state_hash = '0000000000000000'"),
    );
    expect(new Set(divergences(state.records).map((text) => text.split(' ')[1]))).toEqual(new Set(['state']));
    const winner = await parity('--db', changed('hex8_2p_swap', 'UPDATE games SET winner = 3 - winner'));
    expect(divergences(winner.records).every((text) => text.includes('result'))).toBe(true);
    const reason = await parity('--db', changed('hex8_2p_swap', "UPDATE games SET termination_reason = 'territory'"));
    expect(reason.status).toBe(3);
  });

  it.each([
    [
      'rings that do not conserve',
      "UPDATE game_initial_state SET initial_state_json = json_set(initial_state_json, '$.players[0].ringsInHand', 17)",
      5,
      'rings do not conserve',
    ],
    [
      'a coordinate off the board',
      `UPDATE game_moves SET move_json = json_set(move_json, '$.to', json('{"x":9,"y":0,"z":-9}')) WHERE move_number = 0`,
      5,
      'off the hex8 board',
    ],
    ['a game with no moves', 'DELETE FROM game_moves', 5, 'no moves'],
  ])('%s: unreadable, exit 5, one line', async (_, sql, exit, text) => {
    const { status, records } = await parity(
      '--db',
      changed('hex8_2p_swap', sql),
      '--db',
      db('square8_2p_gumbel.db.gz'),
    );
    expect(status).toBe(exit);
    expect(records.filter((r) => r.status === 'unreadable').every((r) => String(r.problem).includes(text))).toBe(true);
    expect(summary(records)).toMatchObject({ games: 1, unreadable: 2 });
  });

  it('a newer schema ends with 78, a missing file with 2', async () => {
    const newer = await parity(
      '--db',
      changed('hex8_2p_swap', "UPDATE schema_metadata SET value = '19' WHERE key = 'schema_version'"),
    );
    expect(newer.status).toBe(78);
    expect(newer.stderr).toMatch(/^rr parity: [^\n]*schema 19 is newer than 18[^\n]*\n$/);
    expect((await parity('--db', join(folder, 'absent.db'))).status).toBe(2);
  });
});

describe('a bare --db', () => {
  it('takes all databases below the data folder, and nothing beside it', async () => {
    const games = join(folder, 'root/data/games');
    mkdirSync(games, { recursive: true });
    copyFileSync(db('hex8_2p_swap.db.gz'), join(games, 'a.db.gz'));
    copyFileSync(db('square8_2p.db.gz'), join(folder, 'root/elsewhere.db.gz'));
    const { status, records } = await parity('--db', '--data', join(folder, 'root'));
    expect(status).toBe(0);
    expect(summary(records)).toMatchObject({ games: 2, files: 1 });
  });
});

describe('traces', () => {
  it('agree, and show a divergence with its legal set', async () => {
    expect((await parity(traces)).status).toBe(0);
    const lines = gunzipSync(readFileSync(traces)).toString('utf8').trim().split('\n');
    const trace = JSON.parse(lines[0]);
    trace.plies[5].d = '0'.repeat(16);
    const path = join(folder, 'changed.jsonl');
    writeFileSync(path, `${JSON.stringify(trace)}\n${lines[1]}\n`);
    const { status, records } = await parity(path);
    expect(status).toBe(3);
    expect(records.find((r) => r.type === 'divergence')).toMatchObject({ kind: 'legality', move: 5 });
    expect(summary(records)).toMatchObject({ games: 2, divergences: 1 });
  });

  it('a cut line or a cut gzip file: the rest is still checked, exit 5', async () => {
    const text = gunzipSync(readFileSync(traces)).toString('utf8').trim().split('\n').slice(0, 2).join('\n');
    const cut = join(folder, 'cut.jsonl');
    writeFileSync(cut, `${text.slice(0, text.indexOf('\n') - 100)}\n${text.slice(text.indexOf('\n') + 1)}\n`);
    const first = await parity(cut);
    expect(first.status).toBe(5);
    expect(summary(first.records)).toMatchObject({ games: 1, unreadable: 1 });
    const gzip = join(folder, 'cut.gz');
    writeFileSync(gzip, gzipSync(`${text}\n`));
    truncateSync(gzip, Math.floor(statSync(gzip).size / 2));
    const second = await parity(gzip);
    expect(second.status).toBe(5);
    expect(second.records.some((r) => String(r.problem).includes('break off'))).toBe(true);
  });

  it('an empty input checks nothing and fails the gate', async () => {
    const empty = join(folder, 'empty.jsonl');
    writeFileSync(empty, '');
    const { status, stderr } = await parity(empty);
    expect(status).toBe(3);
    expect(stderr).toBe('nothing was checked; name files, --db FILE or --gate\n');
  });
});

noteMissingShared('the full set of golden databases');
it.skipIf(!hasShared)('all golden databases: six games diverge, in their result alone', async () => {
  const all = resolve(SHARED, 'golden/db');
  const files = readdirSync(all).filter((name) => name.endsWith('.db.gz'));
  const { records } = await parity(...files.flatMap((name) => ['--db', resolve(all, name)]));
  expect(summary(records)).toMatchObject({ games: 75, divergences: 0, result_divergences: 6, unreadable: 0 });
  expect(
    divergences(records)
      .map((text) => text.replace(/result \d+/, 'result'))
      .sort(),
  ).toEqual([
    'hex8_2p result',
    'hex8_2p result',
    'hex8_2p result',
    'hex8_2p result',
    'square8_2p result',
    'square8_2p result',
  ]);
});

describe('gate', () => {
  it('names every case of its JUnit report differently, the same in every run', async () => {
    const names = async (file: string): Promise<string[]> => {
      const path = join(folder, file);
      await parity('--gate', '--config', 'hex8_2p', '--games', '2', '--seed', '7', '--junit', path);
      return [...readFileSync(path, 'utf8').matchAll(/<testcase [^>]*\bname="([^"]*)" time="[\d.]+"/g)].map(
        ([, name = '']) => name,
      );
    };
    const first = await names('gate-1.xml');
    expect(first).toHaveLength(12);
    expect(new Set(first).size).toBe(12);
    expect(await names('gate-2.xml')).toEqual(first);
  });

  it('sends fresh games through every form, in every number of players', async () => {
    for (const config of ['hex8_2p', 'square8_4p']) {
      const { status, records } = await parity('--gate', '--config', config, '--games', '2', '--seed', '7');
      expect(status).toBe(0);
      expect(summary(records)).toMatchObject({ games: 12, divergences: 0, unreadable: 0 });
    }
  });

  it('needs a config', async () => {
    expect((await parity('--gate')).status).toBe(2);
  });
});

describe('another engine', () => {
  const games = join(tmpdir(), `rr-against-${process.pid}.ndjson`);
  beforeAll(async () => {
    const { stdout } = await rr(['selfplay', '--board', 'hex8', '--games', '3', '--engine', 'random', '--seed', '3']);
    writeFileSync(games, stdout);
  });
  afterAll(() => rmSync(games, { force: true }));

  it('agrees when it plays by the same rules', async () => {
    const { status, records } = await parity(games, '--against', 'node examples/parity-engine.mjs');
    expect(status).toBe(0);
    expect(summary(records)).toMatchObject({ games: 3, divergences: 0 });
  });

  it.each([['answers a wrong hash', "line.replace(/replay/,'')", 'hashes']])('diverges when it %s', async () => {
    const engine = join(folder, 'wrong.mjs');
    writeFileSync(
      engine,
      `import { createInterface } from 'node:readline';
      for await (const line of createInterface({ input: process.stdin })) {
        const m = JSON.parse(line);
        if (m.type === 'hello') console.log(JSON.stringify({ type: 'hello', engine: 'wrong' }));
        else console.log(JSON.stringify({ type: 'hashes', id: m.id, hashes: m.moves.map(() => '0'.repeat(16)) }));
      }`,
    );
    const { status, records } = await parity(games, '--against', `node ${engine}`);
    expect(status).toBe(3);
    expect(records.find((r) => r.type === 'divergence')).toMatchObject({ kind: 'state', move: 0 });
  });

  it('is reported in one line when it cannot be started or talks nonsense', async () => {
    for (const command of ['no-such-program', 'cat', 'true']) {
      const { status, stderr } = await parity(games, '--against', command);
      expect(status).toBe(2);
      expect(stderr).toMatch(/^rr parity: the engine '[^\n]*\n$/);
    }
  });
});

describe('own databases and records', () => {
  it('replay, and a changed move is found', async () => {
    const path = join(folder, 'own.db');
    await rr(['selfplay', '--board', 'square8', '--games', '5', '--engine', 'random', '--seed', '1', '--out', path]);
    const whole = await parity('--db', path);
    expect(whole.status).toBe(0);
    expect(summary(whole.records)).toMatchObject({ games: 5 });
    const { stdout } = await rr([
      'selfplay',
      '--board',
      'square8',
      '--games',
      '2',
      '--engine',
      'random',
      '--seed',
      '1',
    ]);
    const lines = stdout.split('\n');
    const game = JSON.parse(lines[1]);
    game.moves[1] = { ...game.moves[1], to: { x: 99, y: 0 } };
    const { checksum: _, ...broken } = JSON.parse(lines[2]);
    broken.hashes[4] = '0'.repeat(16);
    delete broken.checksum;
    const file = join(folder, 'own.ndjson');
    writeFileSync(file, [lines[0], JSON.stringify(game), JSON.stringify(broken), lines[3], ''].join('\n'));
    const { status, records } = await parity(file);
    expect(status).toBe(3);
    expect(divergences(records)).toEqual(['square8_2p state 4']);
    expect(summary(records)).toMatchObject({ games: 1, unreadable: 1, divergences: 1 });
  });
});
