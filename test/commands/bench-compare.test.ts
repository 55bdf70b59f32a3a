/** Figures of two runs beside each other: what they share, what got worse, and commits that were recorded. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../src/commands/bench/figures.ts';
import { temporaryFolder } from '../io/folder.ts';
import { rr } from '../run.ts';

const folder = temporaryFolder();
const machine = { cpu: 'A', cores: 2, node: 'v26' };
const figure = (metric: string, value: number, unit: string) => ({ suite: 's', case: 'hex8_2p', metric, value, unit });
const lines = (...records: object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');

function bench(name: string, cpu: string, ...rows: ReturnType<typeof figure>[]): string {
  const header = { type: 'header', schema: 1, rr: '0', command: 'bench engine', machine: { ...machine, cpu } };
  const records = rows.map((row) => ({ type: 'bench', ...row }));
  const path = join(folder, name);
  writeFileSync(path, lines(header, ...records, { type: 'summary', command: 'bench engine' }));
  return path;
}

const A = bench('a', 'A', figure('plies', 100, 'plies/s'), figure('size', 50, 'bytes/game'), figure('gone', 1, 'x/s'));
const B = bench('b', 'A', figure('plies', 80, 'plies/s'), figure('size', 40, 'bytes/game'), figure('length', 9, 'x'));

const recorded = join(folder, 'bench.ndjson');
const run = (commit: string, value: number) => ({
  ...{ type: 'bench-run', commit: commit.repeat(40), changed: false, at: '', rr: '0', machine },
  rows: [figure('plies', value, 'plies/s')],
});
writeFileSync(recorded, lines(run('a', 10), run('a', 30), run('a', 20), run('b', 40)));

describe('rr bench compare', () => {
  it('shows what both have, and fails only on a loss above the limit', async () => {
    const loose = await rr(['bench', '--compare', A, B, '--max-loss', '20']);
    expect(loose).toMatchObject({ status: 0, stderr: '' });
    const rows = loose.stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line): unknown => JSON.parse(line));
    expect(rows).toMatchObject([
      { type: 'difference', metric: 'plies', a: 100, b: 80, change: -0.2, loss: 0.2 },
      { type: 'difference', metric: 'size', change: -0.2, loss: 0 },
      { type: 'summary', figures: 2, worse: 0 },
    ]);
    expect((await rr(['bench', 'compare', A, B, '--max-loss', '19'])).status).toBe(3);
    // a cost that rises is a loss
    expect((await rr(['bench', 'compare', B, A, '--max-loss', '19'])).status).toBe(3);
  });

  it('says when the machines differ, and 4 when nothing is shared', async () => {
    const other = bench('c', 'B', figure('else', 1, 'x/s'));
    const { status, stderr } = await rr(['bench', 'compare', A, other]);
    expect(status).toBe(4);
    expect(stderr).toContain('the machines differ: A, B');
  });

  it('takes the median of the runs of a commit', async () => {
    const { figures } = await figuresOf('aaaa', recorded);
    expect([...figures.values()]).toMatchObject([{ metric: 'plies', value: 20 }]);
    await expect(figuresOf('cccc', recorded)).rejects.toThrow(/no figures of this commit; npm run bench:record/);
    await expect(figuresOf('nothing', recorded)).rejects.toThrow(/no such file/);
  });
});
