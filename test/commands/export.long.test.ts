/** `rr export` and `rr npz info` from the outside. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { reseal } from '../games/store/reseal.ts';
import { temporaryFolder } from '../io/folder.ts';
import { bash, type RunOptions, rr } from '../run.ts';
import { arraysOf } from '../samples/support.ts';
import { FIXTURES } from '../shared.ts';

const folder = temporaryFolder();
const here: RunOptions = { cwd: folder };
const records = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Header, games and summary of games.ndjson. */
function gameLines(): [head: string, games: string[], tail: string] {
  const lines = readFileSync(join(folder, 'games.ndjson'), 'utf8').split('\n');
  return [lines[0] ?? '', lines.filter((line) => line.startsWith('{"type":"game"')), lines.slice(-2).join('\n')];
}

beforeAll(async () => {
  const play = '"$NODE" "$RR" selfplay --board hex8 --games 6 --engine random --seed 4 --workers 1';
  const made = await bash(`${play} --out games.db --out - > games.ndjson`, here);
  expect(made.status).toBe(0);
  await bash(
    `"$NODE" "$RR" selfplay --board square8 --games 2 --engine random --seed 4 --workers 1 > square.ndjson`,
    here,
  );
});

describe('rr export', () => {
  it('takes games from a pipe and says what it wrote', async () => {
    const result = await bash('"$NODE" "$RR" export --npz < games.ndjson', here);
    expect(result.status).toBe(0);
    const [header, npz, summary] = records(result.stdout);
    expect(header).toMatchObject({ type: 'header', command: 'export' });
    expect(npz).toMatchObject({ type: 'npz', config: 'hex8_2p', layout: 'rr1', games: 6 });
    expect(summary).toMatchObject({ type: 'summary', files: 1, samples: npz.samples });
    expect(npz.path).toBe(join(folder, 'data/training/hex8_2p.npz'));
    expect((await arraysOf(String(npz.path))).get('features')?.shape[0]).toBe(npz.samples);
  });

  it('makes the same samples of a database as of the records, by id', async () => {
    const [head, games, tail] = gameLines();
    const byId = games.sort((a, b) => (JSON.parse(a).id < JSON.parse(b).id ? -1 : 1));
    writeFileSync(join(folder, 'sorted.ndjson'), [head, ...byId, tail].join('\n'));
    await rr(['export', 'sorted.ndjson', '--out', 'records.npz'], here);
    const result = await rr(['export', '--db', 'games.db', '--out', 'stored.npz'], here);
    expect(result.status).toBe(0);
    const [a, b] = [await arraysOf(join(folder, 'records.npz')), await arraysOf(join(folder, 'stored.npz'))];
    for (const name of ['features', 'counters', 'policy_prob', 'policy_cells', 'value', 'ownership', 'game_id']) {
      expect(b.get(name), name).toEqual(a.get(name));
    }
  });

  it('makes one file of the same games, whatever order they were stored in', async () => {
    const [head, games, tail] = gameLines();
    for (const [name, order] of Object.entries({ there: games, back: games.toReversed() })) {
      const imported = await rr(['db', 'import', `${name}.db`], {
        ...here,
        input: [head, ...order, tail].join('\n'),
      });
      expect(imported.status).toBe(0);
      expect((await rr(['export', '--db', `${name}.db`, '--out', `${name}.npz`], here)).status).toBe(0);
    }
    const [there, back] = [await arraysOf(join(folder, 'there.npz')), await arraysOf(join(folder, 'back.npz'))];
    for (const of of [there, back]) for (const name of ['sources', 'data_checksums']) of.delete(name);
    expect(back).toEqual(there);
  });

  it('writes bytes to stdout and nothing else', async () => {
    const result = await bash(
      '"$NODE" "$RR" export --out - < games.ndjson > piped.npz && cmp piped.npz piped.npz',
      here,
    );
    expect(result).toMatchObject({ status: 0, stdout: '' });
    await rr(['export', 'games.ndjson', '--out', 'filed.npz'], here);
    const [piped, filed] = [await arraysOf(join(folder, 'piped.npz')), await arraysOf(join(folder, 'filed.npz'))];
    expect(piped.get('features')).toEqual(filed.get('features'));
  });

  it('makes a file per config, or refuses one file for two', async () => {
    const both = await bash('cat games.ndjson square.ndjson | "$NODE" "$RR" export --data many', here);
    expect(
      records(both.stdout)
        .filter(({ type }) => type === 'npz')
        .map(({ config }) => config),
    ).toEqual(['hex8_2p', 'square8_2p']);
    const one = await bash('cat games.ndjson square.ndjson | "$NODE" "$RR" export --out one.npz', here);
    expect(one.status).toBe(2);
    expect(one.stderr).toMatch(/games of hex8_2p and square8_2p do not fit one file; pass --config hex8_2p/);
    expect(existsSync(join(folder, 'one.npz'))).toBe(false);
    const chosen = await bash(
      'cat games.ndjson square.ndjson | "$NODE" "$RR" export --config square8_2p --out one.npz',
      here,
    );
    expect(records(chosen.stdout).at(-1)).toMatchObject({ files: 1, skipped: { other_config: 6 } });
  });

  it('reads the original’s databases, exactly when asked', async () => {
    const db = join(FIXTURES, 'db/hex8_2p_gumbel.db.gz');
    const flags = ['--layout', 'ai-service', '--exact', '--quality-weighted', '--heuristics'];
    const result = await rr(['export', '--db', db, ...flags, '--out', 'exact.npz'], here);
    expect(result.status).toBe(0);
    const [ours, golden] = [
      await arraysOf(join(folder, 'exact.npz')),
      await arraysOf(join(FIXTURES, 'npz/hex8_2p_gumbel_v2.npz')),
    ];
    expect([...ours.keys()].sort()).toEqual([...golden.keys()].sort());
    for (const name of ['features', 'globals', 'values', 'policy_indices', 'policy_values']) {
      expect(ours.get(name), name).toEqual(golden.get(name));
    }
  });

  it.each<[string, string, number, RegExp]>([
    ['text that is no records', 'echo hello | "$NODE" "$RR" export --out x.npz', 5, /stdin:1: not a valid record/],
    ['a stream cut short', 'head -n 3 games.ndjson | "$NODE" "$RR" export --out x.npz', 5, /without a summary record/],
    ['a newer stream', `sed '1s/"schema":1/"schema":99/' games.ndjson | "$NODE" "$RR" export --out x.npz`, 78, /newer/],
    ['a database that is not there', '"$NODE" "$RR" export --db none.db --out x.npz', 2, /none\.db: no such file/],
    ['a file that is no database', '"$NODE" "$RR" export --db games.ndjson --out x.npz', 5, /games\.ndjson/],
    ['nothing left', '"$NODE" "$RR" export games.ndjson --min-moves 100000 --out x.npz', 4, /^$/],
    [
      'a flag of the other layout',
      '"$NODE" "$RR" export games.ndjson --exact --out x.npz',
      2,
      /--exact belongs to --layout ai-service/,
    ],
    [
      'an encoder of another board',
      '"$NODE" "$RR" export games.ndjson --layout ai-service --encoder square_v2 --out x.npz',
      2,
      /does not fit hex8/,
    ],
    [
      'a folder that takes no files',
      '"$NODE" "$RR" export games.ndjson --out /proc/x.npz',
      2,
      /\/proc: .*no folder can be made/,
    ],
    [
      'a date that is none',
      '"$NODE" "$RR" export --db games.db --since noon --out x.npz',
      2,
      /--since 'noon' is no date/,
    ],
    [
      'a limit on the size of files, met by the spilled rows',
      'export NODE_DISABLE_COMPILE_CACHE=1; ulimit -f 1; "$NODE" "$RR" export games.ndjson --out x.npz',
      2,
      /the limit on the size of files is reached/,
    ],
    [
      'a limit on the size of files, met by the file itself',
      'export NODE_DISABLE_COMPILE_CACHE=1; ulimit -f 64; "$NODE" "$RR" export games.ndjson --compression 0 --out x.npz',
      2,
      /x\.npz: the limit on the size of files is reached/,
    ],
    ['a quality that is none', '"$NODE" "$RR" export games.ndjson --min-quality good --out x.npz', 2, /--min-quality/],
  ])('answers %s with one line and no file', async (_, script, status, message) => {
    const result = await bash(script, here);
    expect(result.status).toBe(status);
    // A slow machine gets to show progress before.
    const said = result.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('exporting'));
    expect(said.length).toBe(status === 4 ? 0 : 1);
    expect(said.join('')).toMatch(message);
    expect(existsSync(join(folder, 'x.npz'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it.each<[string[], object]>([
    [['--sample-every', '5'], { games: 6 }],
    [['--include-bookkeeping'], { games: 6 }],
    [['--min-moves', '9999'], { games: 0, skipped: ['short'] }],
    [['--max-games', '2'], { games: 2, skipped: ['over_limit'] }],
    [['--since', '2999-01-01'], { games: 0, skipped: ['old'] }],
    [['--config', 'square8_2p'], { games: 0, skipped: ['other_config'] }],
    [['--engine', 'heuristic'], { games: 0, skipped: ['engine'] }],
    [['--engine', 'heuristic', '--engine', 'random'], { games: 6 }],
    [['--min-quality', '1'], { games: 0, skipped: ['quality'] }],
    [['--dedupe', '--db', 'games.db'], { games: 6, skipped: ['duplicate'] }],
  ])('%j reaches the games', async (flags, { games, skipped = [] }: { games?: number; skipped?: string[] }) => {
    const result = await rr(['export', '--db', 'games.db', ...flags, '--out', 'option.npz'], here);
    const lines = records(result.stdout);
    const kept = lines.find(({ type }) => type === 'npz');
    expect(result.status).toBe(games === 0 ? 4 : 0);
    if (games !== undefined) expect(kept?.games ?? 0).toBe(games);
    expect(Object.keys(Object(lines.at(-1)?.skipped))).toEqual(skipped);
    if (flags[0] === '--sample-every') expect(Number(kept?.samples)).toBeLessThan(150);
    if (flags[0] === '--include-bookkeeping') expect(Number(kept?.samples)).toBeGreaterThan(600);
  });

  it.each([
    [
      'a move that is not legal',
      `sed 's/,"checksum":"[0-9a-f]*"//;2s/"to":{"x":[-0-9]*,"y":[-0-9]*/"to":{"x":9,"y":9/' games.ndjson | "$NODE" "$RR" export --out x.npz`,
      /stdin:2.*moves\[0\]/,
    ],
    [
      'a game of no known config',
      `sed 's/,"checksum":"[0-9a-f]*"//;2s/"config":"hex8_2p"/"config":"hex7_2p"/' games.ndjson | "$NODE" "$RR" export --out x.npz`,
      /stdin:2: .*game: config: expected a config such as hex8_2p/,
    ],
    [
      'a game without moves',
      `sed 's/,"checksum":"[0-9a-f]*"//;2s/"moves":\\[.*\\],"hashes"/"moves":[],"hashes"/' games.ndjson | "$NODE" "$RR" export --out x.npz`,
      /stdin:2: .*promises/,
    ],
    [
      'a winner that the moves do not lead to',
      `sed -E 's/,"checksum":"[0-9a-f]*"//;2s/"winner":1/"winner":3/;2s/"winner":2/"winner":1/;2s/"winner":3/"winner":2/' games.ndjson | "$NODE" "$RR" export --out x.npz`,
      /stdin:2: .*the record says .* but after its moves player/,
    ],
  ])('leaves out %s, names it and exports the others', async (_, script, message) => {
    const result = await bash(script.replace('x.npz', 'others.npz'), here);
    expect(result.status).toBe(6);
    expect(result.stderr).toMatch(message);
    expect(records(result.stdout).at(-1)).toMatchObject({ files: 1, skipped: { unreadable: 1 } });
  });

  it('counts what a database keeps back, the original’s too', async () => {
    copyFileSync(join(folder, 'games.db'), join(folder, 'marked.db'));
    const db = new Database(join(folder, 'marked.db'));
    db.exec("UPDATE games SET created_at = '2020-01-01T00:00:00Z' WHERE rowid = 1");
    db.exec("UPDATE games SET parity_status = 'failed' WHERE rowid = 2");
    db.exec('UPDATE games SET winner = 3 - winner WHERE rowid = 3');
    reseal(db);
    db.close();
    const result = await rr(['export', '--db', 'marked.db', '--since', '2021-01-01', '--out', 'kept.npz'], here);
    expect(result.status).toBe(6);
    expect(result.stderr).toMatch(/marked\.db: game \w+: the record says .* but after its moves player/);
    const expected = { old: 1, excluded: 1, unreadable: 1 };
    expect(records(result.stdout).at(-1)).toMatchObject({ skipped: expected });
    const original = ['--db', join(FIXTURES, 'db', 'hex8_2p_swap.db.gz')];
    const theirs = await rr(['export', ...original, '--since', '2999-01-01', '--out', 'kept.npz'], here);
    expect(records(theirs.stdout).at(-1)).toMatchObject({ skipped: { old: 2 } });
  });

  it.each([
    ['rr1', '300k'],
    ['ai-service', '700k'],
  ])('leaves nothing on a disk that fills up: %s on %s', async (layout, size) => {
    const disk = join(folder, `disk-${layout}`);
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'pipe' });
    } catch {
      console.log('skipped: a full disk needs the right to mount a tmpfs');
      return;
    }
    onTestFinished(() => {
      execFileSync('umount', [disk]);
    });
    const args = ['export', 'games.ndjson', '--layout', layout, '--compression', '0'];
    const result = await rr([...args, '--out', join(disk, 'x.npz')], here);
    expect(result.status).toBe(75);
    expect(result.stderr).toContain('no space left on the device');
    expect(readdirSync(disk)).toEqual([]);
  });

  it('uses a stream cut short when told to', async () => {
    const result = await bash('head -n 3 games.ndjson | "$NODE" "$RR" export --allow-truncated --out cut.npz', here);
    expect(records(result.stdout)[1]).toMatchObject({ games: 2 });
  });
});

describe('rr npz info', () => {
  it('lists arrays and provenance, of the original’s files too', async () => {
    const result = await rr(['npz', 'info', join(FIXTURES, 'npz/hex8_2p_gumbel_v2.npz'), '--verify'], here);
    expect(records(result.stdout)[1]).toMatchObject({
      type: 'npz',
      samples: 276,
      scalars: { encoder_type: 'hex_v2', metadata: { game_count: 1 } },
      checksums: { verified: true },
    });
    const table = await rr(['npz', 'info', 'records.npz', '--format', 'table'], here);
    expect(table.stdout).toMatch(/features +uint8 +\(\d+, 4, 61\)/);
    expect(table.stdout).toMatch(/encoder: rr1/);
  });

  it('finds an array that does not match its checksum', async () => {
    copyFileSync(join(folder, 'records.npz'), join(folder, 'damaged.npz'));
    const bytes = readFileSync(join(folder, 'damaged.npz'));
    bytes[bytes.length >> 1] ^= 0xff;
    writeFileSync(join(folder, 'damaged.npz'), bytes);
    const result = await rr(['npz', 'info', 'damaged.npz', '--verify'], here);
    expect(result.status).toBe(5);
    expect(result.stderr.trim().split('\n').length).toBe(1);
  });
});
