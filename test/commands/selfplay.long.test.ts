import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { recordFromStored, storedFromRecord } from '../../src/games/convert/record.ts';
import { gameOfRecord } from '../../src/games/game/of-record.ts';
import { replay } from '../../src/games/game/replay.ts';
import { type GameRecord, gameKind } from '../../src/games/record/game.ts';
import { GameStore } from '../../src/games/store/store.ts';
import { readRecordsFrom } from '../../src/io/ndjson/reader.ts';
import { bash, finished, RR, rr, said, start } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-selfplay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newDatabase = (): string => join(folder, `games${files++}.db`);

/** The game records of a whole stream; header and summary are insisted on. */
async function gamesOf(stdout: string): Promise<GameRecord[]> {
  async function* bytes() {
    yield Buffer.from(stdout);
  }
  const games: GameRecord[] = [];
  for await (const item of readRecordsFrom({ name: 'stdout', bytes: bytes() }, { kinds: [gameKind] })) {
    const game = item.as(gameKind);
    if (game) games.push(game);
  }
  return games;
}

const linesOf = (stdout: string, type: string): Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith(`{"type":"${type}"`))
    .map((line) => JSON.parse(line));

/** Ids that `stored` records acknowledged; a torn last line acknowledges nothing. */
function acknowledged(stdout: string): string[] {
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
  return linesOf(whole, 'stored').flatMap(({ ids }) => (Array.isArray(ids) ? ids.map(String) : []));
}

async function idsIn(path: string): Promise<string[]> {
  const store = await GameStore.openReadOnly(path);
  try {
    return store.ids();
  } finally {
    store.close();
  }
}

describe('rr selfplay', () => {
  /** What the flags below are held against. */
  const standard = rr(['selfplay', '--board', 'hex8', '--games', '4', '--seed', '2', '--workers', '1']).then(
    ({ stdout }) => gamesOf(stdout),
  );

  test('writes records that replay, in order, the same for any number of workers', async () => {
    const args = ['selfplay', '--board', 'square8', '--games', '12', '--seed', '5', '--opening-moves', '2'];
    const one = await rr([...args, '--workers', '1']);
    const two = await rr([...args, '--workers', '2']);
    expect(one.status).toBe(0);
    const games = await gamesOf(one.stdout);
    expect(games.map(({ index }) => index)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(await gamesOf(two.stdout)).toEqual(games);
    for (const game of games) {
      expect(game.hashes).toHaveLength(game.plies);
      const final = replay(gameOfRecord(game, 'stdout'));
      expect(game.winner).toBe(final.winner);
    }
    const [summary] = linesOf(one.stdout, 'summary');
    expect(summary).toMatchObject({ games: 12, seed: 5, config: 'square8_2p' });
  });

  test('shards make up the whole', async () => {
    const args = ['selfplay', '--config', 'hex8_3p', '--engine', 'random', '--games', '10', '--seed', '1'];
    const whole = await gamesOf((await rr(args)).stdout);
    const parts = await Promise.all([0, 1].map((i) => rr([...args, '--shard', `${i}/2`])));
    const together = (await Promise.all(parts.map(({ stdout }) => gamesOf(stdout)))).flat();
    expect(together.map(({ id }) => id).sort()).toEqual(whole.map(({ id }) => id).sort());
    expect(together.find(({ index }) => index === 3)?.shard).toBe('1/2');
  });

  test('mixes players per seat, without hashes when asked', async () => {
    const { stdout } = await rr([
      ...['selfplay', '--board', 'hex8', '--mix', 'heuristic-light:1,random:1', '--games', '12', '--seed', '2'],
      ...['--hash', 'none'],
    ]);
    const games = await gamesOf(stdout);
    const seated = new Set(games.flatMap(({ seats }) => seats.map(({ player }) => player)));
    expect([...seated].sort()).toEqual(['heuristic-light', 'random']);
    expect(games.every(({ hashes, engine }) => hashes === undefined && engine === 'mixed')).toBe(true);
  });

  test('mixes players per game when asked', async () => {
    const mix = ['--mix', 'heuristic-light:1,random:1', '--mix-by', 'game'];
    const { stdout } = await rr(['selfplay', '--board', 'hex8', ...mix, '--games', '12', '--seed', '2']);
    const tables = (await gamesOf(stdout)).map(({ seats }) => [...new Set(seats.map(({ player }) => player))]);
    expect(tables.every((players) => players.length === 1)).toBe(true);
    expect(new Set(tables.flat()).size).toBe(2);
  });

  test.each([
    ['--weight-noise', '0.4'],
    ['--opening-moves', '3'],
    ['--engine', 'random'],
    ['--seed', '3'],
  ])('%s changes the games', async (flag, value) => {
    const seed = flag === '--seed' ? [] : ['--seed', '2'];
    const args = ['selfplay', '--board', 'hex8', '--games', '4', '--workers', '1', ...seed];
    const changed = await gamesOf((await rr([...args, flag, value])).stdout);
    const movesOf = (games: GameRecord[]): object[] => games.map(({ moves }) => moves);
    expect(changed).toHaveLength(4);
    expect(movesOf(changed)).not.toEqual(movesOf(await standard));
    if (flag === '--opening-moves') expect(changed.every(({ opening }) => opening === 3)).toBe(true);
  });

  test('--swap-rule lets the second player take the first seat', async () => {
    const args = [
      'selfplay',
      '--board',
      'hex8',
      '--engine',
      'random',
      '--games',
      '200',
      '--seed',
      '2',
      '--hash',
      'none',
    ];
    const games = await gamesOf((await rr([...args, '--swap-rule'])).stdout);
    expect(games.every(({ options }) => options.swapRuleEnabled)).toBe(true);
    expect(games.some(({ swapped }) => swapped)).toBe(true);
  });

  test('a full disk ends with 75; what was acknowledged is there and resumes', async () => {
    const path = newDatabase();
    const args = `selfplay --board hex8 --engine random --seed 5 --workers 1 --out ${path}`;
    // A limit on file sizes stands for the full disk: writes fail in the same places. Blocks of 1024 bytes.
    const { status, stdout, stderr } = await bash(
      `export NODE_DISABLE_COMPILE_CACHE=1; ulimit -f 1500; "$NODE" "$RR" ${args} --games 2000`,
    );
    expect(status).toBe(75);
    expect(stderr).toMatch(/^rr selfplay: .*games\d+\.db: the disk refused .*SQLITE_IOERR/m);
    const safe = acknowledged(stdout);
    expect(safe.length).toBeGreaterThan(0);
    expect(await idsIn(path)).toEqual(expect.arrayContaining(safe));
    const games = safe.length + 40;
    const more = await bash(`"$NODE" "$RR" ${args} --games ${games} --resume`);
    expect(more.status).toBe(0);
    expect((await idsIn(path)).length).toBeGreaterThanOrEqual(games);
  });

  test('a damaged database is refused before a game is played', async () => {
    const path = newDatabase();
    const args = ['selfplay', '--board', 'hex8', '--engine', 'random', '--out', path, '--games'];
    await rr([...args, '200']);
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4096 * 20, 4096 * 21);
    writeFileSync(path, bytes);
    const { status, stdout, stderr } = await rr([...args, '1000000']);
    expect([status, stdout]).toEqual([5, '']);
    expect(stderr).toMatch(/^rr selfplay: .*games\d+\.db: .*$/m);
  });

  test('a stopped game is recorded as undecided', async () => {
    const { stdout } = await rr(['selfplay', '--board', 'hex8', '--games', '2', '--seed', '2', '--max-moves', '20']);
    for (const game of await gamesOf(stdout)) {
      expect(game).toMatchObject({ status: 'abandoned', winner: null, reason: 'move_limit', outcome: 'none' });
    }
  });

  test('stores games, acknowledges them, and leaves equal records there', async () => {
    const path = newDatabase();
    const args = ['selfplay', '--board', 'hex8', '--games', '8', '--seed', '9', '--hash', 'none'];
    const { stdout, status } = await rr([...args, '--out', path, '--out', '-']);
    expect(status).toBe(0);
    const games = await gamesOf(stdout);
    expect(acknowledged(stdout).sort()).toEqual(games.map(({ id }) => id).sort());
    const store = await GameStore.openReadOnly(path);
    const stored = [...store.games()];
    store.close();
    expect(stored).toHaveLength(8);
    for (const row of stored) {
      // what is found out about a game when it is stored
      const { created, quality, ...record } = recordFromStored(row, path);
      expect(quality).toMatchObject({ version: 1, category: expect.any(String) });
      expect({ ...record, checksum: expect.any(String) }).toEqual(games.find(({ id }) => id === row.game_id));
      const whole = recordFromStored(row, path);
      expect(recordFromStored(storedFromRecord(whole, 'test', ''), 'test')).toEqual(whole);
    }
  });

  test('--resume plays only what is missing, and says when nothing is', async () => {
    const path = newDatabase();
    const args = ['selfplay', '--board', 'square8', '--engine', 'random', '--seed', '4', '--out', path];
    await rr([...args, '--games', '6']);
    const more = await rr([...args, '--games', '10', '--resume']);
    expect(linesOf(more.stdout, 'summary')[0]).toMatchObject({ games: 4, present: 6, stored: 4 });
    expect(await idsIn(path)).toHaveLength(10);
    const none = await rr([...args, '--games', '10', '--resume']);
    expect(none.status).toBe(4);
    // Without --resume the games are played again and recognised.
    await rr([...args, '--games', '3']);
    expect(await idsIn(path)).toHaveLength(10);
  });

  test('SIGINT flushes finished games, writes a summary and exits 130', async () => {
    const path = newDatabase();
    const child = start(process.execPath, [
      RR,
      'selfplay',
      '--board',
      'hex8',
      '--games',
      '100000',
      '--seed',
      '3',
      '--out',
      path,
    ]);
    const ending = finished(child);
    await said(child, '"type":"stored"');
    child.kill('SIGINT');
    const { stdout, status } = await ending;
    expect(status).toBe(130);
    const [summary] = linesOf(stdout, 'summary');
    expect(summary).toMatchObject({ stopped: true });
    const ids = await idsIn(path);
    expect(ids).toHaveLength(Number(summary?.stored));
    expect(acknowledged(stdout).sort()).toEqual(ids);
  });

  test('time used up is 124 with a whole stream', async () => {
    const { stdout, status } = await rr(['selfplay', '--board', 'hexagonal', '--games', '9999', '--max-seconds', '2']);
    expect(status).toBe(124);
    await gamesOf(stdout);
  });

  test('kill -9 at random instants loses no acknowledged game, and a resumed run ends with the same set', async () => {
    const path = newDatabase();
    const args = ['selfplay', '--board', 'hex8', '--games', '300', '--seed', '6', '--out', path];
    let under = 0;
    for (let i = 0; i < 3; i++) {
      const child = start(process.execPath, [RR, ...args, '--resume']);
      const ending = finished(child);
      await said(child, '"type":"stored"');
      await sleep(Math.random() * 800);
      child.kill('SIGKILL');
      const { stdout } = await ending;
      const safe = acknowledged(stdout);
      under += safe.length;
      if (safe.length > 0) expect(await idsIn(path)).toEqual(expect.arrayContaining(safe));
    }
    expect(under).toBeGreaterThan(0);
    await rr([...args, '--resume']);
    const whole = newDatabase();
    await rr([...args.slice(0, -1), whole]);
    const ids = await idsIn(whole);
    expect(ids).toHaveLength(300);
    expect(await idsIn(path)).toEqual(ids);
  });

  test.each([
    [['--board', 'hex8', '--engine', 'heuristc'], /no player 'heuristc'.*heuristic/],
    [['--board', 'hex8', '--mix', 'heuristic'], /--mix: 'heuristic' is not NAME:WEIGHT/],
    [['--board', 'hex8', '--engine', 'random', '--mix', 'random:1'], /--mix goes with --engine mixed/],
    [['--board', 'hex8', '--resume'], /--resume needs --out/],
    [['--config', 'hex8_3p', '--swap-rule'], /--swap-rule is for two players, not for hex8_3p/],
    [['--board', 'hex8', '--out', 'x.json'], /expected a database/],
    [['--board', 'hex8', '--weight-noise', 'lots'], /--weight-noise/],
    [['--games', '3'], /which game\?/],
  ])('%j is refused in one line', async (args, message) => {
    const { status, stderr, stdout } = await rr(['selfplay', ...args]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
  });
});
