import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallArray } from '../../../src/io/npz/convert.ts';
import { pickleObjectArray } from '../../../src/io/npz/pickle.ts';
import { floatText, PyArray, PyFloat, pyRepr, toPlain } from '../../../src/io/npz/python.ts';
import { unpickle } from '../../../src/io/npz/unpickle.ts';
import { PYTHON } from './numpy.ts';

const python = (script: string): Buffer => execFileSync(PYTHON ?? '', ['-c', script], { maxBuffer: 1 << 26 });
const items = (bytes: Uint8Array) => {
  const array = unpickle(bytes, 'x');
  if (!(array instanceof PyArray) || array.content instanceof Uint8Array) throw new Error('not an object array');
  return array.content;
};

describe('pickles', () => {
  it('round-trip through our writer and reader', () => {
    const item = fc.oneof(
      fc.string(),
      fc.maxSafeInteger(),
      fc.double().map((value) => new PyFloat(value)),
      fc.int32Array({ maxLength: 80 }),
      fc.float32Array({ maxLength: 80 }),
    );
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), (values) => {
        const bytes = Buffer.concat([...pickleObjectArray([values.length], values)]);
        const back = items(bytes).map((value) => (value instanceof PyArray ? smallArray(value, 'x') : value));
        expect(back).toEqual(values);
      }),
    );
  });

  it('are written in bounded pieces, in batches, with repeated texts shared', () => {
    const values = Array.from({ length: 300_000 }, (_, i) => (i % 2 === 0 ? 'ring_placement' : 'movement'));
    const parts = [...pickleObjectArray([values.length], values)];
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(600_000);
    const bytes = Buffer.concat(parts);
    expect(bytes.length).toBeLessThan(values.length * 2 + 2000);
    expect(items(bytes)).toEqual(values);
  });

  it.skipIf(PYTHON === undefined).each([2, 3, 4, 5])('of NumPy are read at protocol %i', (protocol) => {
    const bytes = python(`
import sys, pickle, numpy as np
a = np.empty(6, dtype=object)
a[0] = np.array([1, 2, 3], dtype=np.int32)
a[1] = np.array([[0.5, 1.5], [2.5, 3.5]], dtype=np.float32)
a[2] = 'text ü'
a[3] = {'export_time': '2026', 'n': 4, 'x': 1.5, 'big': 2**70, 'neg': -3, 'l': [1, (2, None, True)]}
a[4] = b'bytes'
a[5] = bytearray(b'more')
sys.stdout.buffer.write(pickle.dumps(a, protocol=${protocol}))`);
    const [ints, floats, text, dict, raw, more] = items(bytes);
    expect(smallArray(ints ?? null, 'x')).toEqual(Int32Array.of(1, 2, 3));
    expect(smallArray(floats ?? null, 'x')).toEqual(Float32Array.of(0.5, 1.5, 2.5, 3.5));
    expect(text).toBe('text ü');
    expect(toPlain(dict ?? null, 'x')).toEqual({
      export_time: '2026',
      n: 4,
      x: 1.5,
      big: String(2n ** 70n),
      neg: -3,
      l: [1, [2, null, true]],
    });
    expect([raw, more]).toEqual([Uint8Array.from(Buffer.from('bytes')), Uint8Array.from(Buffer.from('more'))]);
  });

  it.skipIf(PYTHON === undefined).each([
    ['os.system', "class X:\n  def __reduce__(self): return (__import__('os').system, ('true',))\no = X()"],
    ['builtins.eval', "class X:\n  def __reduce__(self): return (eval, ('1',))\no = X()"],
    ['collections.OrderedDict', 'import collections\no = collections.OrderedDict(a=1)'],
    ['numpy.core.multiarray._vec_string', 'o = None'],
  ])('that call %s are refused with the name', (name, script) => {
    const bytes =
      name === 'numpy.core.multiarray._vec_string'
        ? Buffer.from('\x80\x04cnumpy.core.multiarray\n_vec_string\n.', 'latin1')
        : python(`import sys, pickle\n${script}\nsys.stdout.buffer.write(pickle.dumps(o, protocol=4))`);
    const expected = name === 'os.system' ? 'posix.system' : name;
    expect(() => unpickle(bytes, 'f.npz: array a')).toThrow(
      expect.objectContaining({ code: 'NPZ_PICKLE_REFUSED', exit: 5, message: expect.stringContaining(expected) }),
    );
  });

  it('that are damaged give a typed error and nothing else', () => {
    const good = Buffer.concat([...pickleObjectArray([3], ['a', Int32Array.of(1, 2), new PyFloat(0.25)])]);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
        const bytes = cut ? good.subarray(0, at) : Buffer.from(good);
        if (!cut) bytes[at] = value;
        try {
          unpickle(bytes, 'x');
        } catch (error) {
          expect(error).toMatchObject({ name: 'RrError', exit: 5 });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['deep nesting', [...Array(100).fill(0x5d), ...Array(99).fill(0x61), 0x2e]],
    ['a list within itself', [0x5d, 0x94, 0x68, 0, 0x61, 0x2e]],
  ])('with %s cannot be printed', (_, bytes) => {
    expect(() => pyRepr(unpickle(Uint8Array.from(bytes), 'x'), 'x')).toThrow(expect.objectContaining({ exit: 5 }));
  });

  it('print floats as Python does', () => {
    const shown = [0, -0, 1, 0.1, 1e15, 1e16, 1.5e300, 1e-4, 1e-5, 1.25e-7, Number.NaN, -Infinity].map(floatText);
    expect(shown).toEqual([
      '0.0',
      '-0.0',
      '1.0',
      '0.1',
      '1000000000000000.0',
      '1e+16',
      '1.5e+300',
      '0.0001',
      '1e-05',
      '1.25e-07',
      'nan',
      '-inf',
    ]);
  });
});
