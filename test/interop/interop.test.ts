/** Files of upstream's own programs, and what its programs say of them: every reader of ours says the same. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { toScalar } from '../../src/io/npz/convert.ts';
import { openNpz } from '../../src/io/npz/reader.ts';
import { differingColumns, rowsByTable } from '../games/convert/rows.ts';
import { rr } from '../run.ts';
import { FIXTURES } from '../shared.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-interop-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An uncompressed copy of a fixture. */
function database(name: string): string {
  const path = join(folder, `${name}.db`);
  writeFileSync(path, gunzipSync(readFileSync(resolve(FIXTURES, 'interop', `${name}.db.gz`))));
  return path;
}

type Rec = Readonly<Record<string, unknown>>;

async function records(
  ...args: string[]
): Promise<{ status: number | null; all: Rec[]; summary: Rec; stderr: string }> {
  const { status, stdout, stderr } = await rr(args);
  const all: Rec[] = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const summary = all.at(-1);
  if (summary?.type !== 'summary') throw new Error(stderr);
  return { status, all, summary, stderr };
}

/** A copy of the games in a database of ours. */
async function converted(path: string): Promise<string> {
  const ours = path.replace(/\.db$/, '.rr.db');
  await records('db', 'convert', path, '--to', 'rr', '--out', ours);
  return ours;
}

const divergences = (all: readonly Rec[]): string[] =>
  all
    .filter(({ type }) => type === 'divergence')
    .map(({ game, kind, move }) => `${String(game).slice(0, 8)} ${kind} ${move}`);

describe('process_line on an overlong line', () => {
  const path = database('square8_3p_random');

  it('collapses all of it for every reader, and a note says so', async () => {
    for (const file of [path, await converted(path)]) {
      const { status, all, summary } = await records('parity', '--db', file);
      expect([status, summary.games, summary.divergences, summary.result_divergences]).toEqual([0, 1, 0, 0]);
      const noted = all.filter(({ notes }) => notes !== undefined);
      expect(noted).toMatchObject([{ notes: [expect.stringMatching(/^move 45: process_line of an overlong line/)] }]);
      const out = `${file}.npz`;
      expect((await records('export', '--db', file, '--out', out)).all).toMatchObject([
        {},
        { games: 1 },
        { skipped: {} },
      ]);
      const { status: shown, stdout } = await rr(['show', file, '--game', String(noted[0]?.game), '--ply', '46']);
      expect([shown, stdout.includes('"ply":46')]).toEqual([0, true]);
    }
  });

  it('is written out again as it came in', async () => {
    const back = join(folder, 'square8_3p.back.db');
    await records('db', 'convert', await converted(path), '--to', 'ringrift', '--out', back);
    expect(differingColumns(rowsByTable(path), rowsByTable(back))).toEqual([]);
  });
});

describe('results that the rules do not give', () => {
  it.each([
    ['hex8_2p_brs', ['8f837dba result 93', '7a22b551 result 79']],
    ['hex8_2p_heuristic-only', ['1f997194 result 79', 'bb43de22 result 121']],
  ])('%s: are counted apart, and pass when allowed', async (name, expected) => {
    const path = database(name);
    for (const file of [path, await converted(path)]) {
      const { status, all, summary } = await records('parity', '--db', file);
      expect(status).toBe(3);
      expect(divergences(all)).toEqual(expected);
      expect(summary).toMatchObject({ divergences: 0, result_divergences: 2, unreadable: 0 });
      expect((await records('parity', '--db', file, '--allow-result')).status).toBe(0);
    }
  });
});

describe('training data of such games', () => {
  const path = database('hex8_2p_heuristic-only');
  const exported = async (...args: string[]) => {
    const out = join(folder, 'trust.npz');
    const run = await records('export', '--db', path, '--layout', 'ai-service', '--out', out, ...args);
    const npz = await openNpz(out);
    const [values, all] = [await npz.load('values'), await npz.load('values_mp')];
    npz.close();
    if (values.kind !== 'numeric' || all.kind !== 'numeric') throw new Error('no numbers');
    return { ...run, values: Array.from(values.data, Number), all: Array.from(all.data, Number) };
  };

  it('ends as the rules say, and the records that say otherwise are named', async () => {
    const { summary, stderr, values, all } = await exported();
    expect(summary).toMatchObject({ samples: 150, skipped: { undecided: 1 }, corrected: 2 });
    expect(stderr).toMatch(/1f997194\S+: the record says player 2 wins by \w+, but the game is not over$/m);
    expect(stderr).toMatch(
      /bb43de22\S+: the record .* after 127 moves, but player 1 wins by lps_three_rounds after 121$/m,
    );
    expectAgreement(values, all);
  });

  it('ends as the records say with --trust record', async () => {
    const { summary, values, all } = await exported('--trust', 'record');
    expect(summary).toMatchObject({ samples: 193, skipped: {} });
    expectAgreement(values, all);
  });

  /** One seat wins and one loses, and the player on turn is one of the two. */
  function expectAgreement(values: readonly number[], all: readonly number[]): void {
    values.forEach((value, row) => {
      expect([...all.slice(4 * row, 4 * row + 2)].sort()).toEqual([-1, 1]);
      expect(Math.abs(value)).toBe(1);
    });
  }

  it('comes through a record stream with its claims', async () => {
    const { stdout } = await rr(['db', 'dump', await converted(path)]);
    const stream = join(folder, 'games.ndjson');
    writeFileSync(stream, stdout);
    const { all } = await records('db', 'import', join(folder, 'imported.db'), stream);
    expect(all[1]).toMatchObject({ added: 4, refused: 0 });
    expect(divergences((await records('parity', stream)).all)).toEqual(['1f997194 result 79', 'bb43de22 result 121']);
  });
});

describe('exact exports', () => {
  const { ours, upstream } = { ours: database('square8_4p-random'), upstream: database('hex8_2p_heuristic-only') };

  it.each([
    ['hex8_2p_heuristic-only', async () => upstream],
    ['hex8_2p_heuristic-only', () => converted(upstream)],
    ['square8_4p-random', async () => ours],
    ['square8_4p-random', () => written(ours)],
  ])('%s: every array is upstream’s, bit by bit', async (name, source) => {
    const npz = join(folder, `${name}.npz`);
    await records('export', '--db', await source(), '--layout', 'ai-service', '--exact', '--out', npz);
    const expected = JSON.parse(readFileSync(resolve(FIXTURES, 'interop', `${name}.checksums.json`), 'utf8'));
    expect(await checksums(npz)).toEqual(expected);
  });
});

/** A copy of a database of ours as one of upstream's. */
async function written(path: string): Promise<string> {
  const theirs = path.replace(/\.db$/, '.ringrift.db');
  await records('db', 'convert', path, '--to', 'ringrift', '--out', theirs);
  return theirs;
}

/** By array, all but the metadata, which hold the time of the export. */
async function checksums(path: string): Promise<Rec> {
  const npz = await openNpz(path);
  const { metadata: _, ...all } = JSON.parse(String(toScalar(await npz.load('data_checksums'), 'data_checksums')));
  npz.close();
  return all;
}

describe('positions', () => {
  const positions = resolve(FIXTURES, 'interop/positions');

  it.each(readdirSync(positions))('%s: a chain that is over means nothing', async (name) => {
    const path = join(folder, name.replace(/\.gz$/, ''));
    const text = gunzipSync(readFileSync(join(positions, name))).toString('utf8');
    writeFileSync(path, text);
    const { status, all } = await records('show', path);
    expect(status).toBe(0);
    expect(all[1]).toMatchObject({ type: 'position', phase: JSON.parse(text).currentPhase, legal: expect.any(Number) });
  });
});
