/** Faults planted in real samples, each caught by the check that is there for it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveSettings } from '../../../src/config/settings.ts';
import { gameConfig } from '../../../src/engine/config-key.ts';
import { Random } from '../../../src/engine/random.ts';
import { COUNTERS, Counter } from '../../../src/net/encode/rr1/features.ts';
import type { TrainingData } from '../../../src/train/data/load.ts';
import { loadToJudge, refuseBelowGate } from '../../../src/train/quality/gate.ts';
import { judgeQuality } from '../../../src/train/quality/verdict.ts';
import { writeExampleNpz } from '../data/example.ts';
import { temporaryFolder } from '../learn/setup.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const config = gameConfig('hex8', 2);
const limits = resolveSettings('quality').settings;
const good = join(folder, 'good.npz');
const again = join(folder, 'again.npz');
const GAMES = { board: 'hex8', players: 2, games: 130, seed: 1 } as const;

beforeAll(async () => {
  await writeExampleNpz(good, GAMES);
  await writeExampleNpz(again, { ...GAMES, games: 20, name: 'again' });
}, 120_000);

/** Names of the checks that refuse. */
const refusals = (data: TrainingData): string[] =>
  judgeQuality(data, config, limits).flatMap(({ check, verdict }) => (verdict === 'refused' ? [check] : []));

/** The samples with one thing changed. */
async function planted(change: (data: TrainingData) => void): Promise<string[]> {
  const data = await loadToJudge([good], config);
  change(data);
  return refusals(data);
}

/** Gives every sample the win shares of this absolute seat. */
function award({ rows }: TrainingData, seatOf: (game: number) => number): void {
  for (let row = 0; row < rows.count; row++) {
    const winner = (seatOf(rows.game[row]) - rows.counters[row * COUNTERS + Counter.seat] + 2) % 2;
    rows.value.set(winner === 0 ? [1, 0] : [0, 1], 2 * row);
  }
}

describe('the quality of training samples', () => {
  test('is good when nothing is wrong, and few samples are only a warning', async () => {
    const findings = judgeQuality(await loadToJudge([good], config), config, limits);
    expect(findings.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
    const [samples] = judgeQuality(await loadToJudge([good], config), config, { ...limits, 'min-samples': 1e6 });
    expect(samples).toMatchObject({ check: 'samples', verdict: 'warned' });
    await expect(refuseBelowGate([good], config, limits)).resolves.toBeUndefined();
  });

  test('is refused when one seat wins everything', async () => {
    expect(await planted((data) => award(data, () => 1))).toContain('seats');
  });

  test('is refused when games are there twice under other names, and by the gate in one line', async () => {
    expect(refusals(await loadToJudge([good, again], config))).toEqual(['duplicates']);
    await expect(refuseBelowGate([good, again], config, limits)).rejects.toThrow(/duplicates: 20 games with the pos/);
    expect(refusals(await loadToJudge([good, good], config))).toEqual([]);
  });

  test('is refused when policies stand beside other positions', async () => {
    const found = await planted(({ rows }) => {
      const random = new Random(3);
      const byLength = new Map<number, number[]>();
      for (let row = 0; row < rows.count; row++) {
        const moves = rows.moveStart[row + 1] - rows.moveStart[row];
        byLength.set(moves, [...(byLength.get(moves) ?? []), rows.moveStart[row]]);
      }
      for (const [moves, starts] of byLength) {
        const policies = starts.map((start) => rows.probability.slice(start, start + moves));
        for (const start of starts) {
          const [policy = new Float32Array()] = policies.splice(random.below(policies.length), 1);
          rows.probability.set(policy, start);
        }
      }
    });
    expect(found).toEqual(['targets']);
  });

  test('is refused when results are shuffled within games', async () => {
    expect(
      await planted(({ rows: { value, count } }) => {
        for (let row = 0; row < count; row += 3) value.set([value[2 * row + 1], value[2 * row]], 2 * row);
      }),
    ).toEqual(['results']);
  });

  test('is doubted when the results of whole games are shuffled', async () => {
    const data = await loadToJudge([good], config);
    const verdict = (): string | undefined =>
      judgeQuality(data, config, limits).find(({ check }) => check === 'results')?.verdict;
    expect(verdict()).toBe('passed');
    award(data, (game) => 1 + (game % 2));
    expect(verdict()).toBe('warned');
  });

  test('is refused when moves are those of another encoder', async () => {
    const found = await planted(({ rows: { moveCells } }) => {
      // rows for columns
      for (let i = 0; i < moveCells.length; i++) {
        if (moveCells[i] >= 0) moveCells[i] = (moveCells[i] % 9) * 9 + Math.floor(moveCells[i] / 9);
      }
    });
    expect(found).toContain('moves');
  });

  test('is refused when some games are played by a network that knows nothing', async () => {
    const mixed = (blank: number): Promise<string[]> =>
      planted(({ rows }) => {
        for (let row = 0; row < rows.count; row++) {
          const game = rows.game[row];
          const [start, end] = [rows.moveStart[row], rows.moveStart[row + 1]];
          const sharp = game < blank ? 0.4 : 0.85 + (game % 10) / 100;
          rows.searched[row] = 1;
          for (let move = start; move < end; move++) {
            rows.probability[move] = sharp * rows.probability[move] + (1 - sharp) / (end - start);
          }
        }
      });
    expect(await mixed(0)).toEqual([]);
    expect(await mixed(9)).toEqual(['vague']);
  });
});
