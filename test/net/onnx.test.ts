import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RrError } from '../../src/core/errors.ts';
import { GraphBuilder } from '../../src/net/onnx/builder.ts';
import { toHalfArray } from '../../src/net/onnx/float16.ts';
import { decodeMessage, encodeMessage } from '../../src/net/onnx/message.ts';
import { floatInitializers, readOnnx } from '../../src/net/onnx/read.ts';
import { MODEL, type WritableModel } from '../../src/net/onnx/schema.ts';

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof RrError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
};

const bytesOf = (model: WritableModel): Uint8Array => encodeMessage(MODEL, model);
const plain = (graph: WritableModel['graph']): Uint8Array =>
  bytesOf({ irVersion: 8, opsetImport: [{ domain: '', version: 17 }], graph });

describe('wire format', () => {
  it('gives back what was written', () => {
    const dims = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { maxLength: 5 });
    const tensor = fc.record({
      name: fc.string(),
      dims,
      rawData: fc.uint8Array({ maxLength: 20 }),
      floatData: fc.array(fc.float({ noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(tensor), fc.string(), fc.nat(), (initializer, name, irVersion) => {
        const back = decodeMessage(MODEL, bytesOf({ irVersion, graph: { name, initializer } }), 'test');
        expect(back.irVersion).toBe(irVersion);
        expect(back.graph?.name).toBe(name);
        expect(back.graph?.initializer.map(({ dims: d, name: n, floatData }) => ({ d, n, floatData }))).toEqual(
          initializer.map(({ dims: d, name: n, floatData }) => ({ d, n, floatData })),
        );
      }),
    );
  });

  it('refuses bytes that are not a model, and models cut short, without other errors', () => {
    const whole = plain({ initializer: [{ name: 'w', dims: [3], dataType: 1, rawData: new Uint8Array(12) }] });
    for (let length = 1; length < whole.length; length++) {
      expect(codeOf(() => floatInitializers(readOnnx(whole.slice(0, length), 'cut.onnx'), 'cut.onnx'))).toMatch(
        /^(MODEL_INVALID|accepted)/,
      );
    }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        expect(codeOf(() => readOnnx(bytes, 'noise.onnx'))).toMatch(/^(MODEL_INVALID|accepted)/);
      }),
    );
  });
});

describe('reading models from outside', () => {
  const refused: [string, WritableModel, RegExp][] = [
    ['a foreign operator', { graph: { node: [{ opType: 'Loop' }] } }, /operator 'Loop' is not one of the plain/],
    ['a foreign domain', { graph: { node: [{ opType: 'Add', domain: 'com.x' }] } }, /foreign domain 'com.x'/],
    ['a foreign opset', { graph: {}, opsetImport: [{ domain: 'com.x', version: 1 }] }, /foreign domain/],
    ['functions', { graph: {}, functions: [new Uint8Array(1)] }, /functions/],
    ['no graph', {}, /no graph/],
    [
      'a nested graph',
      { graph: { node: [{ opType: 'Add', attribute: [{ name: 'body', g: new Uint8Array(2) }] }] } },
      /nested graph/,
    ],
    [
      'external data',
      { graph: { initializer: [{ name: 'w', externalData: [{ key: 'location', value: '/etc/passwd' }] }] } },
      /keeps its data outside, in '\/etc\/passwd'/,
    ],
    ['external data by location only', { graph: { initializer: [{ name: 'w', dataLocation: 1 }] } }, /outside/],
  ];
  it.each(refused)('refuses %s', (_, model, message) => {
    expect(codeOf(() => readOnnx(bytesOf(model), 'm.onnx'))).toMatch(message);
  });

  it('refuses tensors whose data do not fill their shape, or that come twice', () => {
    const tensor = (name: string, bytes: number) => ({
      name,
      dims: [2, 2],
      dataType: 1,
      rawData: new Uint8Array(bytes),
    });
    const read =
      (...initializer: ReturnType<typeof tensor>[]) =>
      () =>
        floatInitializers(readOnnx(plain({ initializer }), 'm.onnx'), 'm.onnx');
    expect(codeOf(read(tensor('w', 12)))).toMatch(/MODEL_INVALID: .*has 3 values instead of 4/);
    expect(codeOf(read(tensor('w', 18)))).toMatch(/MODEL_INVALID/);
    expect(codeOf(read(tensor('w', 16), tensor('w', 16)))).toMatch(/occurs twice/);
    expect(codeOf(read(tensor('w', 16)))).toBe('accepted');
  });
});

describe('GraphBuilder', () => {
  it('refuses shapes that do not fit and names that repeat', () => {
    const graph = new GraphBuilder();
    const a = graph.input('a', 'float32', [2, 3]);
    const b = graph.input('b', 'float32', ['N', 4]);
    expect(() => graph.matmul(a, b)).toThrow(TypeError);
    expect(() => graph.add(a, b)).toThrow(TypeError);
    expect(() => graph.reshape(a, [7])).toThrow(TypeError);
    expect(() => graph.input('a', 'float32', [1])).toThrow(TypeError);
    expect(() => graph.constant([1, 2], [3])).toThrow(TypeError);
  });
});

describe('half precision', () => {
  it('rounds to nearest even and overflows to infinity', () => {
    // bits by hand: ties go to the even neighbour, 65520 is the first that rounds to infinity, 2^-24 is the smallest
    const values = Float32Array.of(0, -0, 1, -2, 2049, 2051, 65519, 65520, -1e9, 2 ** -24, 2 ** -25, 1e-8, Number.NaN);
    const bits = [0, 0x8000, 0x3c00, 0xc000, 0x6800, 0x6802, 0x7bff, 0x7c00, 0xfc00, 1, 0, 0, 0x7e00];
    expect([...toHalfArray(values)]).toEqual(bits);
  });
});
