import { basename, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HeuristicEvaluator, heuristicFeatures } from '../../src/search/heuristic/evaluate.ts';
import { PROFILES } from '../../src/search/heuristic/weights.ts';
import { FIXTURES, noteMissingShared, SHARED } from '../shared.ts';
import { goldenFiles, goldenPositions, packed } from './golden-encoding.ts';

/** Relative for evaluations, absolute for features (docs/upstream-formats.md §10). */
const TOLERANCE = 1e-6;

/**
 * In this position the original's own generator of recovery slides takes markers off and puts them back, so that its
 * map order, and with it the first ten markers of territory_closure, differs between two evaluations of one dump.
 */
const REORDERED = new Set(['square19_2p.json.gz#11']);

noteMissingShared('evaluations of six more configurations');
const files = [FIXTURES, resolve(SHARED, 'golden')].flatMap((folder) => goldenFiles(resolve(folder, 'encoding')));

describe.each(files)('%s', (file) => {
  const positions = goldenPositions(file).map((position, i) => ({ position, id: `${basename(file)}#${i}` }));
  const evaluator = (mode: 'full' | 'light') =>
    new HeuristicEvaluator({ weights: PROFILES.aggressive, mode, originalBlindness: true });

  test('evaluations for every player, full and light', () => {
    for (const { position, id } of positions) {
      const { state, markerOrder } = packed(position);
      for (const mode of ['full', 'light'] as const) {
        for (const [player, golden] of Object.entries(position.heuristicEval_d8)) {
          if (mode === 'full' && REORDERED.has(id)) continue;
          const value = evaluator(mode).evaluate(state, Number(player), markerOrder);
          const error = Math.abs(value - golden[mode]) / Math.max(1, Math.abs(golden[mode]));
          expect(error, `${id} ${mode} player ${player}: ${value} for ${golden[mode]}`).toBeLessThan(TOLERANCE);
        }
      }
    }
  });

  test('feature vectors', () => {
    const balanced = new HeuristicEvaluator({ weights: PROFILES.balanced, mode: 'full', originalBlindness: true });
    const features = new Float32Array(21);
    for (const { position, id } of positions) {
      const { state, markerOrder } = packed(position);
      heuristicFeatures(balanced, state, position.currentPlayer, features, markerOrder);
      position.heuristic21.forEach((golden, i) => {
        if (i === 16 && REORDERED.has(id)) return;
        expect(Math.abs(features[i] - golden), `${id} feature ${i}`).toBeLessThan(TOLERANCE);
      });
    }
  });
});
