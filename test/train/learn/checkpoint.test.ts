import { expect, test } from 'vitest';
import { checkIdentity } from '../../../src/train/learn/checkpoint.ts';

const identity = {
  data: 'abc',
  settings: { seed: 7, headWeights: { policy: 1, value: 1 }, weights: { phases: { movement: 2 } }, window: null },
};

test('the settings of a checkpoint are equal in every depth, or it is refused by the name of the first difference', () => {
  expect(() => checkIdentity('x.ckpt', identity, structuredClone(identity))).not.toThrow();
  const change = (settings: object): object => ({ ...identity, settings: { ...identity.settings, ...settings } });
  const refused: readonly (readonly [object, string, string, string])[] = [
    [{ ...identity, data: 'abd' }, 'data', '"abc"', '"abd"'],
    [change({ seed: 8 }), 'settings.seed', '7', '8'],
    [change({ headWeights: { policy: 1, value: 2 } }), 'settings.headWeights.value', '1', '2'],
    [change({ weights: { phases: { movement: 3 } } }), 'settings.weights.phases.movement', '2', '3'],
    [change({ weights: { phases: {} } }), 'settings.weights.phases.movement', '2', 'nothing'],
    [change({ weights: { phases: { movement: 2, capture: 1 } } }), 'settings.weights.phases.capture', 'nothing', '1'],
    [change({ window: { start: 0 } }), 'settings.window', 'null', '{"start":0}'],
  ];
  for (const [now, name, found, expected] of refused) {
    expect(() => checkIdentity('x.ckpt', identity, { ...now })).toThrow(
      expect.objectContaining({ code: 'CHECKPOINT_MISMATCH', params: { path: 'x.ckpt', name, found, expected } }),
    );
  }
});
