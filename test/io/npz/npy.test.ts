import fc from 'fast-check';
import { float16ToFloat32, parse } from 'npyjs';
import { describe, expect, it } from 'vitest';
import { dtypeOfData, type NumericData, type NumericDtype } from '../../../src/io/npz/dtype.ts';
import { formatNpyHeader, parseNpyHeader } from '../../../src/io/npz/header.ts';
import { decodeNpy, encodeNumbers, encodeNumericNpy, encodeText } from '../../../src/io/npz/npy.ts';

const anyData: fc.Arbitrary<NumericData> = fc.oneof(
  fc.int8Array({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }),
  fc.int16Array({ maxLength: 40 }),
  fc.uint16Array({ maxLength: 40 }),
  fc.int32Array({ maxLength: 40 }),
  fc.uint32Array({ maxLength: 40 }),
  fc.bigInt64Array({ maxLength: 40 }),
  fc.bigUint64Array({ maxLength: 40 }),
  fc.float32Array({ maxLength: 40 }),
  fc.float64Array({ maxLength: 40 }),
);

const withHeader = (dict: string, data: Uint8Array | Buffer = Buffer.alloc(0)): Buffer => {
  const header = Buffer.alloc(10);
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(dict.length, 8);
  return Buffer.concat([header, Buffer.from(dict, 'latin1'), data]);
};

describe('NPY codec', () => {
  it('round-trips every numeric type and begins the data at a multiple of 64', () => {
    fc.assert(
      fc.property(anyData, (data) => {
        const bytes = encodeNumericNpy(data);
        const array = decodeNpy(bytes, 'x');
        expect(parseNpyHeader(bytes, 'x').dataOffset % 64).toBe(0);
        expect(array).toEqual({ kind: 'numeric', dtype: dtypeOfData(data), shape: [data.length], data });
      }),
    );
  });

  it('is what npyjs reads', () => {
    const bytes = encodeNumericNpy(Int32Array.of(1, -2, 3, 4, 5, 6), [2, 3]);
    const array = parse(Uint8Array.from(bytes).buffer);
    expect([array.dtype, array.shape, array.data]).toEqual(['i4', [2, 3], Int32Array.of(1, -2, 3, 4, 5, 6)]);
  });

  it('rounds float16 to the nearest and reads all 63,488 finite values back', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, bits) => bits).filter((bits) => (bits & 0x7c00) !== 0x7c00);
    const floats = Float32Array.from(halves, (bits) => float16ToFloat32(bits));
    expect(new Uint16Array(encodeNumbers(floats, 'f2').buffer)).toEqual(halves);
    const rounded = new Uint16Array(
      encodeNumbers(Float32Array.of(2049, 2051, 65519, 65520, 1e-8, Number.NaN), 'f2').buffer,
    );
    expect([...rounded]).toEqual([0x6800, 0x6802, 0x7bff, 0x7c00, 0, 0x7e00]);
  });

  it('reads big-endian and Fortran-order data into C order', () => {
    const data = Buffer.alloc(12);
    [1, 4, 2, 5, 3, 6].forEach((value, i) => {
      data.writeUInt16BE(value, i * 2);
    });
    const bytes = withHeader("{'descr': '>u2', 'fortran_order': True, 'shape': (2, 3), }\n", data);
    expect(decodeNpy(bytes, 'x')).toMatchObject({ data: Uint16Array.of(1, 2, 3, 4, 5, 6) });
  });

  it('keeps text, its inner NULs and characters beyond the basic plane', () => {
    const values = ['', 'hex_v2', 'a\0b', '🂡é'];
    const bytes = Buffer.concat([formatNpyHeader({ kind: 'text', width: 6 }, [4]), encodeText(values, 6)]);
    expect(decodeNpy(bytes, 'x')).toEqual({ kind: 'text', width: 6, shape: [4], values });
  });

  it.each([
    ['not an array', Buffer.from('PK\x03\x04 something else')],
    ['a header cut short', encodeNumericNpy(Int8Array.of(1)).subarray(0, 40)],
    ['data cut short', encodeNumericNpy(Float64Array.of(1, 2, 3)).subarray(0, -1)],
    ['data in excess', Buffer.concat([encodeNumericNpy(Float64Array.of(1, 2, 3)), Buffer.alloc(1)])],
    [
      'a structured type',
      withHeader("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", Buffer.alloc(4)),
    ],
    ['a complex type', withHeader("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", Buffer.alloc(8))],
    [
      'a shape that overflows',
      withHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }"),
    ],
    [
      'an overflow hidden by a zero',
      withHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 9999999999999999), }"),
    ],
    ['a negative shape', withHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }")],
    ['a header that is no dict', withHeader("['descr', '<f4', (1,)]", Buffer.alloc(4))],
    ['a missing field', withHeader("{'descr': '<f4', 'shape': (1,), }", Buffer.alloc(4))],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeNpy(bytes, 'x.npz')).toThrow(expect.objectContaining({ code: 'FILE_CORRUPT', exit: 5 }));
  });

  it('never throws anything but its own error on damaged bytes', () => {
    const good = encodeNumericNpy(Float32Array.of(1, 2, 3, 4), [2, 2]);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
        const bytes = Buffer.from(good);
        bytes[at] = value;
        try {
          decodeNpy(bytes, 'x');
        } catch (error) {
          expect(error).toMatchObject({ name: 'RrError', exit: 5 });
        }
      }),
    );
  });

  it('refuses data of another type than asked', () => {
    const asked: NumericDtype = 'i4';
    expect(() => encodeNumericNpy(Float32Array.of(1), [1], asked)).toThrow(TypeError);
  });
});
