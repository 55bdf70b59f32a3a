import { expect, test } from 'vitest';
import { nearestHint, nearestName } from '../../src/core/nearest.ts';

const names = ['selfplay', 'export', 'parity', 'db stats', 'db ls'];

test.each([
  ['selfpaly', 'selfplay'],
  ['SelfPlay', 'selfplay'],
  ['self', 'selfplay'],
  ['exprt', 'export'],
  ['db stat', 'db stats'],
  ['dbls', 'db ls'],
  ['banana', undefined],
  ['', undefined],
])('%j → %j', (typed, nearest) => {
  expect(nearestName(typed, names)).toBe(nearest);
});

test('the hint is empty when nothing is near', () => {
  expect(nearestHint('parit', names)).toBe(" (did you mean 'parity'?)");
  expect(nearestHint('banana', names)).toBe('');
});
