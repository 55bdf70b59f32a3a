import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIXTURES, hasShared, noteMissingShared, SHARED } from '../shared.ts';
import { firstDifference, readTraces } from './trace.ts';

describe('golden traces', () => {
  const fixtures = readTraces(resolve(FIXTURES, 'traces/golden.jsonl.gz'));

  it('agree at every ply, in every configuration', () => {
    const configs = new Set(fixtures.map((trace) => `${trace.boardType}_${trace.numPlayers}p`));
    expect(configs.size).toBe(12);
    for (const trace of fixtures) expect(firstDifference(trace), trace.id).toBeNull();
  });

  it('would notice a changed expectation', () => {
    const trace = structuredClone(fixtures[0]);
    const ply = trace.plies[trace.plies.length - 2];
    ply.el[0] += 1;
    expect(firstDifference(trace)).toMatch(/player 1 has/);
  });

  noteMissingShared('the full set of golden traces');
  it.skipIf(!hasShared)('agree in the full set', () => {
    const folder = resolve(SHARED, 'golden');
    let plies = 0;
    for (const file of readdirSync(folder).filter((name) => name.startsWith('traces-'))) {
      for (const trace of readTraces(resolve(folder, file))) {
        expect(firstDifference(trace), trace.id).toBeNull();
        plies += trace.plies.length;
      }
    }
    expect(plies).toBe(90_502);
  });
});
