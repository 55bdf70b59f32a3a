import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeModel } from '../../../src/net/model/file.ts';
import { type Result, rr } from '../../run.ts';
import { untrainedModel } from '../../search/models.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-bench-round-'));
const model = join(folder, 'start.onnx');
beforeAll(() => writeFileSync(model, writeModel(untrainedModel('hex8', 2))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const arms = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const SMALL = '{ games: 6, budget: 4, sample-from: improved';
const TWO = `
plain:
  selfplay: ${SMALL} }
  train: { epochs: 1, validation: 0.5 }
soft:
  selfplay: ${SMALL}, c-scale: 0.1 }
  train: { epochs: 1, validation: 0.5 }
`;
const bench = (file: string, out: string): Promise<Result> =>
  rr([
    ...['bench', 'round', '--config', 'hex8_2p', '--model', model, '--arms', file, '--out', join(folder, out)],
    ...['--games', '4', '--positions', '3', '--depth', '8', '--data', folder],
  ]);

describe('rr bench round', () => {
  test('an arm is played, learned from and measured; a second run has nothing left to do', async () => {
    const file = arms('two.yaml', TWO);
    const first = await bench(file, 'out');
    expect(first.stderr).not.toContain('ended with');
    expect(first.status).toBe(0);
    const rows = first.stdout
      .split('\n')
      .filter((line) => line.startsWith('{"type":"bench"'))
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(rows.map(({ arm }) => arm)).toEqual(['plain', 'soft']);
    for (const row of rows) {
      expect(row).toMatchObject({
        suite: 'round',
        targets: { games: 6, positions: 3, depth: 8, entropy: expect.any(Number), agreement: expect.any(Number) },
        losses: { policy: expect.any(Number), top1: expect.any(Number) },
        strength: { games: 4, score: expect.any(Number), low: expect.any(Number) },
        commands: { selfplay: expect.arrayContaining(['--engine', 'gumbel']) },
      });
    }
    const times = (): string[] =>
      readdirSync(join(folder, 'out', 'soft')).map(
        (name) => `${name} ${statSync(join(folder, 'out', 'soft', name)).mtimeMs}`,
      );
    const before = times();
    expect((await bench(file, 'out')).stdout).toContain('"arm":"soft"');
    expect(times()).toEqual(before);
    // what is left after a crash is done again, and no more
    rmSync(join(folder, 'out', 'soft', 'gauntlet.json'));
    expect((await bench(file, 'out')).status).toBe(0);
    expect(existsSync(join(folder, 'out', 'soft', 'gauntlet.json'))).toBe(true);
    // another arm in the same folder would mix two
    const other = await bench(arms('other.yaml', TWO.replace('c-scale: 0.1', 'c-scale: 0.3')), 'out');
    expect(other).toMatchObject({ status: 78, stderr: expect.stringContaining('other settings') });
  });

  test('what arms get wrong is said before anything is played', async () => {
    const wrong = await bench(arms('typo.yaml', 'a:\n  selfplay: { budgett: 4 }\n'), 'none');
    expect(wrong).toMatchObject({ status: 78, stderr: expect.stringMatching(/a\.selfplay\.budgett.*budget/) });
    expect(await bench(arms('shape.yaml', 'a: { games: 4 }\n'), 'none')).toMatchObject({ status: 78 });
    expect(await bench(arms('empty.yaml', '{}\n'), 'none')).toMatchObject({ status: 78 });
    expect(await bench(join(folder, 'absent.yaml'), 'none')).toMatchObject({ status: 2 });
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  test('an arm that fails does not keep the others from ending', async () => {
    const file = arms(
      'failing.yaml',
      `bad:\n  selfplay: { temperature: lukewarm }\n${TWO.slice(0, TWO.indexOf('soft'))}`,
    );
    const { status, stderr, stdout } = await bench(file, 'failing');
    expect(status).toBe(6);
    expect(stderr).toContain('bad: selfplay ended with 2');
    expect(stdout).toContain('"failed":["bad"]');
    expect(stdout).toMatch(/"arm":"plain".*"strength":/);
  });
});

describe('rr bench targets', () => {
  test('games without searches carry no targets', async () => {
    const database = join(folder, 'plain.db');
    await rr([
      'selfplay',
      '--config',
      'hex8_2p',
      '--engine',
      'random',
      '--games',
      '2',
      '--seed',
      '1',
      '--out',
      database,
    ]);
    const args = ['bench', 'targets', database, '--config', 'hex8_2p', '--model', model];
    expect(await rr(args)).toMatchObject({ status: 4, stderr: expect.stringContaining('no') });
  });
});
