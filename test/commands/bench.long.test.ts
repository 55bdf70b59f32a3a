import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    const { stdout, status } = await rr(['bench', 'engine', '--config', 'square8_2p', '--seconds', '0.2']);
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

  test('search: cost of a simulation, without a network', async () => {
    const { stdout, status } = await rr(['bench', 'search', '--config', 'hex8_2p', '--budget', '16', '--seconds', '1']);
    expect(status).toBe(0);
    const bench = rows(stdout).filter(({ type }) => type === 'bench');
    expect(bench.map(({ metric }) => metric)).toEqual(['tree and rules', 'and encoding']);
    expect(bench[0]).toMatchObject({ suite: 'search', case: 'hex8_2p n=16', limit: 15 });
  });

  test('search: settings with a network, the fastest written into rr.yaml', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'rr-bench-search-'));
    try {
      writeFileSync(join(cwd, 'rr.yaml'), 'selfplay:\n  games: 7 # a week\n');
      const args = ['bench', 'search', '--config', 'hex8_2p', '--arch', 'nano', '--budget', '8', '--seconds', '1'];
      const { stdout, status } = await rr(
        [...args, '--batches', '4', '--flights', '2', '--cache', '0', '--workers', '2', '--apply'],
        { cwd },
      );
      expect(status).toBe(0);
      const [header, ...records] = rows(stdout);
      expect(header).toMatchObject({ provider: 'cpu', model: expect.stringMatching(/^[0-9a-f]{64}$/) });
      const advice = { workers: 2, 'games-in-flight': 8, batch: 4, cache: 0 };
      expect(records.at(-1)).toMatchObject({ type: 'summary', recommended: advice });
      const fill = records.find(({ metric }) => metric === 'batch fill');
      expect(fill).toMatchObject({ recommended: true });
      const written = readFileSync(join(cwd, 'rr.yaml'), 'utf8');
      expect(written).toContain('games: 7 # a week');
      for (const [key, value] of Object.entries(advice)) expect(written).toContain(`${key}: ${value}`);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });

  test.each([
    [['--apply'], /--model NAME or --arch NAME/],
    [['--arch', 'nano', '--budget', '1'], /at least 2 simulations, not 1/],
    [['--arch', 'nano', '--provider', 'cpu', '--require-gpu'], /--provider cpu was asked for/],
    [['--arch', 'nano', '--device', '1'], /needs a GPU provider/],
  ])('search: refuses %j', async (args, expected) => {
    const { stderr, stdout, status } = await rr(['bench', 'search', '--config', 'hex8_2p', ...args]);
    expect(status).toBe(2);
    expect(stderr).toMatch(expected);
    expect(stdout).toBe('');
  });
});
