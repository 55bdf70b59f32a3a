import { describe, expect, it } from 'vitest';
import { BOARD_BOXES } from '../../src/net/arch/boards.ts';
import { specOf } from '../../src/net/arch/metadata.ts';
import { multiplyAdds } from '../../src/net/bench/cost.ts';
import { benchNet } from '../../src/net/bench/net-bench.ts';
import { testModel } from './helpers.ts';

describe('bench of networks', () => {
  it('counts the multiply-adds of v2 on 9×9 (about 86 million a position with 56 planes)', () => {
    const spec = { ...specOf(testModel('hex8', 'v2').metadata), planes: 56 };
    expect(multiplyAdds(spec, BOARD_BOXES.hex8, 40) / 1e6).toBeCloseTo(86, -1);
  });

  it('gives a row per form and batch', async () => {
    const rows = [];
    const options = { box: BOARD_BOXES.hex8, forms: ['conv', 'winograd', 'int8'] as const, batches: [2], moves: 5 };
    for await (const row of benchNet({ ...options, model: testModel('hex8'), seconds: 0.02 })) rows.push(row);
    expect(rows.map(({ form }) => form)).toEqual(options.forms);
    for (const { positionsPerCpuSecond, limit, ratio } of rows) {
      expect(positionsPerCpuSecond / limit).toBeCloseTo(ratio, 5);
      expect(ratio).toBeGreaterThan(0);
    }
  });
});
