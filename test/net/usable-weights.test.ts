import { describe, expect, test } from 'vitest';
import { specOf } from '../../src/net/arch/metadata.ts';
import { parameterOf, parametersOf } from '../../src/net/arch/parameters.ts';
import { unusable } from '../../src/net/arch/usable-weights.ts';
import { testModel } from './helpers.ts';

describe('weights', () => {
  const { metadata, weights } = testModel('hex8');
  const spec = specOf(metadata);
  const list = parametersOf(spec);

  test('of a fresh network are usable', () => expect(unusable(spec, weights)).toBeUndefined());

  test.each(['stem.weight', 'value.seats.weight', 'policy.to.weight', 'policy.kind_bias'])('%s: all zero', (name) => {
    const dead = weights.slice();
    const { offset, size } = parameterOf(list, name);
    dead.fill(0, offset, offset + size);
    expect(unusable(spec, dead)).toBe(`all values of '${name}' are zero`);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('with %d', (value) => {
    const broken = weights.slice();
    broken[parameterOf(list, 'margins.bias').offset] = value;
    expect(unusable(spec, broken)).toBe("'margins.bias' holds values that are not finite");
  });
});
