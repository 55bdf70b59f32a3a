import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference, patched, tagged, untagged } from '../../../src/games/exact/difference.ts';
import { isRawNumber, parseExact, rawNumber } from '../../../src/games/exact/exact-json.ts';

const json = fc.jsonValue({ maxDepth: 4 });
/** What comes back from a file: objects without holes or prototypes. */
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the difference of two JSON values', () => {
  it('brings back the value, also after being stored as text', () => {
    fc.assert(
      fc.property(json, json, (base, value) => {
        const [a, b] = [stored(base), stored(value)];
        const patch = difference(a, b);
        expect(patched(a, patch)).toEqual(b);
        if (patch !== undefined) expect(patched(a, stored(patch))).toEqual(b);
      }),
    );
  });

  it('is nothing between equal values, whatever the order of keys', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(difference(stored(value), stored(value))).toBeUndefined();
      }),
    );
    expect(difference({ a: 1, b: [2] }, { b: [2], a: 1 })).toBeUndefined();
  });

  it.each([
    ['a changed field', { a: 1, b: 2 }, { a: 1, b: 3 }, { b: [3] }],
    ['a removed field', { a: 1, b: 2 }, { a: 1 }, { b: 0 }],
    ['one item of many', [1, 2, 3], [1, 5, 3], [3, { 1: [5] }]],
    ['a longer list', [1, 2], [1, 2, 3], [3, { 2: [3] }]],
    ['a shorter list', [1, 2, 3], [1, 2], [2, {}]],
    ['null for absent', { a: 1 }, { a: 1, b: null }, { b: [null] }],
  ])('is small: %s', (_, base, value, patch) => {
    expect(difference(base, value)).toEqual(patch);
    expect(patched(base, patch)).toEqual(value);
  });

  it('carries bytes and integers beyond 2^53 through plain JSON', () => {
    const value = { bytes: Uint8Array.of(0, 255, 7), hash: rawNumber('10137167525003066329'), list: [rawNumber('-1')] };
    const patch = difference({ bytes: null, hash: null }, value);
    const back = patched({ bytes: null, hash: null }, stored(patch));
    expect(difference(back, value)).toBeUndefined();
    expect(JSON.stringify(untagged(stored(tagged(value.hash))))).toBe('10137167525003066329');
  });

  it('refuses a patch of another base', () => {
    for (const [base, patch] of [
      [1, { a: [2] }],
      [{}, [3, {}]],
      [[], { a: [1] }],
      [{}, 'nonsense'],
    ]) {
      expect(() => patched(base, patch)).toThrow(TypeError);
    }
  });

  it('cannot touch prototypes', () => {
    const evil: unknown = JSON.parse('{"__proto__":{"polluted":true},"a":1}');
    const back = patched({ a: 1 }, difference({ a: 1 }, evil));
    expect(Object.keys(back as object).sort()).toEqual(['__proto__', 'a']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('exact JSON', () => {
  it('keeps the digits of large integers and nothing else changes', () => {
    const text = '{"hash":10137167525003066329,"small":12,"list":[-9223372036854775808],"text":"9223372036854775807"}';
    const value = parseExact(text);
    expect(JSON.stringify(value)).toBe(text);
    fc.assert(
      fc.property(json, (any) => {
        expect(JSON.stringify(parseExact(JSON.stringify(any)))).toBe(JSON.stringify(stored(any)));
      }),
    );
  });

  it('keeps them in lists, nested, and beside text that looks like them', () => {
    for (const text of [
      '[10137167525003066329,{"a":[12345678901234567890]}]',
      '{"a":{"b":{"hash":10137167525003066329}},"t":"\\"hash\\":10137167525003066329,"}',
      '{"hash":-10137167525003066329,"other":9007199254740991}',
    ]) {
      expect(JSON.stringify(parseExact(text))).toBe(text);
    }
  });

  it('leaves fractions and safe integers numbers', () => {
    const [a, b, c] = parseExact('[0.12345678901234567, 9007199254740991, 1e30]') as unknown[];
    expect([a, b, c].some(isRawNumber)).toBe(false);
  });
});
