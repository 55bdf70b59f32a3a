import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rr } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-promote-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PLACE = ['--config', 'hex8_2p', '--data', folder];
const MEASURE = [...PLACE, '--games', '2', '--budget', '2', '--seed', '3', '--format', 'ndjson'];

const records = (stdout: string): { readonly [key: string]: unknown }[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const hashes: string[] = [];

beforeAll(async () => {
  for (const seed of ['1', '2']) {
    const { stdout } = await rr(['model', 'init', ...PLACE, '--arch', 'nano', '--seed', seed, '--format', 'ndjson']);
    hashes.push(String(records(stdout).find(({ type }) => type === 'model')?.hash));
  }
});

describe('rr promote --candidate', () => {
  test('plays the gauntlet the checks ask for, and refuses with every figure', async () => {
    const [hash = ''] = hashes;
    const out = join(folder, 'gauntlet.db');
    const first = await rr(['promote', ...MEASURE, '--candidate', hash.slice(0, 12), '--out', out]);
    expect(first.status).toBe(3);
    const found = records(first.stdout);
    expect(found.map(({ type }) => type)).toEqual([
      ...['header', ...Array.from({ length: 4 }, () => 'match'), 'verdict', 'verdict', 'promotion', 'summary'],
    ]);
    expect(found[0]).toMatchObject({ command: 'promote', model: hash });
    expect(found.at(-2)).toMatchObject({ model: hash, promoted: false });
    expect(first.stdout).toContain('2 games against random, needed 100');
    // the games are there already: the same verdicts without playing
    const again = await rr(['promote', ...MEASURE, '--candidate', hash, '--out', out, '--resume']);
    expect(again.status).toBe(3);
    expect(records(again.stdout).filter(({ type }) => type === 'verdict')).toEqual(
      found.filter(({ type }) => type === 'verdict'),
    );
    const unrated = await rr(['elo', 'unrated', ...PLACE, '--format', 'ndjson']);
    const rows = records(unrated.stdout).filter(({ type }) => type === 'unrated');
    expect(rows.map((row) => row.hash)).toEqual(hashes.slice(1));
  });

  test('measures against the model in production by a sequential test', async () => {
    const [first = '', second = ''] = hashes;
    const easy = {
      RR_PROMOTION_MIN_GAMES_2P: '1',
      RR_PROMOTION_RANDOM_WIN_RATE_2P: '0',
      RR_PROMOTION_HEURISTIC_WIN_RATE_2P: '0',
      RR_PROMOTION_RANDOM_FLOOR_2P: '0',
      RR_PROMOTION_HEURISTIC_FLOOR_2P: '0',
      RR_GAUNTLET_TEST_GAMES: '4',
    };
    const promoted = await rr(['promote', ...MEASURE, '--candidate', first], { env: easy });
    expect(promoted.status).toBe(0);
    const rival = await rr(['promote', ...MEASURE, '--candidate', second], { env: easy });
    expect(rival.status).toBe(3);
    expect(rival.stdout).toContain('sequential test');
    expect((await rr(['promote', ...MEASURE, '--candidate', first], { env: easy })).status).toBe(4);
  });

  test('bad input', async () => {
    const noNetwork = await rr(['promote', ...PLACE, '--candidate', 'mcts_light']);
    expect(noNetwork).toMatchObject({ status: 2, stderr: expect.stringContaining('only models can be promoted') });
    const both = await rr(['promote', 'verdicts.ndjson', ...PLACE, '--candidate', 'candidate']);
    expect(both).toMatchObject({ status: 2, stderr: expect.stringContaining('not both') });
    const idle = ['--games', '4', '--seed', '3', '--provider', 'cpu', '--device', '0', '--require-gpu'];
    for (const ways of [[], ['--rollback'], ['--history']]) {
      const unplayed = await rr(['promote', ...PLACE, ...ways, ...idle, '--inference', 'auto'], { input: '' });
      expect(unplayed).toMatchObject({
        status: 2,
        stderr:
          'rr promote: --seed, --games, --provider, --device, --require-gpu, --inference: only with --candidate, they are about its gauntlet\n',
      });
    }
    // settings are read before anything is played
    const settings = await rr(['promote', ...MEASURE, '--candidate', hashes[0] ?? ''], {
      env: { RR_PROMOTION_MIN_GAMES_2P: 'many' },
    });
    expect(settings).toMatchObject({ status: 78, stdout: '' });
  });
});
