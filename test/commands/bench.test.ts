import { describe, expect, test } from 'vitest';
import { rr } from '../run.ts';

function rows(stdout: string): Record<string, unknown>[] {
  return stdout
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));
}

describe('rr bench', () => {
  test('engine: a row per metric, plies held against a measured limit', async () => {
    const { stdout, status } = await rr(['bench', 'engine', '--config', 'square8_2p', '--seconds', '1']);
    expect(status).toBe(0);
    const [header, ...records] = rows(stdout);
    expect(header).toMatchObject({ type: 'header', machine: { node: process.version } });
    const bench = records.filter(({ type }) => type === 'bench');
    expect(bench.map(({ metric }) => metric)).toEqual([
      ...['games', 'plies', 'decisions', 'branching', 'length', 'allocated'],
    ]);
    for (const row of bench) expect(row).toMatchObject({ suite: 'engine', case: 'square8_2p' });
    const plies = bench.find(({ metric }) => metric === 'plies');
    expect(Number(plies?.ratio)).toBeCloseTo(Number(plies?.value) / Number(plies?.limit), 3);
  });

  test('selfplay: bare player, storing, workers, and a recommendation', async () => {
    const args = ['bench', 'selfplay', '--config', 'hex8_2p', '--engine', 'random', '--seconds', '1', '--workers', '2'];
    const { stdout, status } = await rr(args);
    expect(status).toBe(0);
    const records = rows(stdout);
    expect(records.filter(({ type }) => type === 'bench').map(({ metric }) => metric)).toEqual([
      ...['player alone', 'stored, 1 worker', 'size', 'stored, 2 workers'],
    ]);
    expect(records.at(-1)).toMatchObject({ type: 'summary', recommended: { workers: expect.any(Number) } });
  });
});
