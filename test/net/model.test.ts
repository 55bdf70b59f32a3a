import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RrError } from '../../src/core/errors.ts';
import { contentHash, specOf } from '../../src/net/arch/metadata.ts';
import { parametersOf, unusedTaps } from '../../src/net/arch/parameters.ts';
import { readModel, writeModel } from '../../src/net/model/file.ts';
import { decodeMessage, encodeMessage } from '../../src/net/onnx/message.ts';
import { MODEL, type OnnxModel } from '../../src/net/onnx/schema.ts';
import { testModel } from './helpers.ts';

const failure = (act: () => unknown): RrError => {
  try {
    act();
  } catch (error) {
    if (error instanceof RrError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

/** The model's file after a change to its decoded contents. */
function tampered(change: (file: OnnxModel) => void): Uint8Array {
  const file = decodeMessage(MODEL, writeModel(testModel('hex8')), 'test');
  change(file);
  return encodeMessage(MODEL, file);
}

describe('model files', () => {
  it('give back weights and description', () => {
    for (const board of ['hex8', 'square8'] as const) {
      const model = testModel(board);
      const back = readModel(writeModel(model), 'm.onnx');
      expect(back.metadata).toEqual(model.metadata);
      expect(back.weights).toEqual(model.weights);
      expect(back.hash).toBe(contentHash(model));
      expect(writeModel(back)).toEqual(writeModel(model));
    }
  });

  it('have a hash that depends on weights and description but not on the time of writing', () => {
    const model = testModel('square8');
    const hash = contentHash(model);
    expect(contentHash({ ...model, metadata: { ...model.metadata, created: '2027-01-01T00:00:00.000Z' } })).toBe(hash);
    expect(contentHash({ ...model, metadata: { ...model.metadata, rules: 'other' } })).not.toBe(hash);
    expect(contentHash(testModel('square8', 'nano', 3, 2))).not.toBe(hash);
  });

  it('are refused with MODEL_HASH after any change of a weight or of the description', () => {
    const weight = tampered((file) => {
      const tensor = file.graph?.initializer.find(({ name }) => name === 'globals.bias');
      if (tensor?.rawData) tensor.rawData[0] = 1;
    });
    expect(failure(() => readModel(weight, 'm.onnx')).code).toBe('MODEL_HASH');
    const description = tampered((file) => {
      for (const entry of file.metadataProps) if (entry.key === 'rr.rules') entry.value = 'changed';
    });
    expect(failure(() => readModel(description, 'm.onnx')).code).toBe('MODEL_HASH');
  });

  const refusals: [string, (file: OnnxModel) => void, RegExp][] = [
    ['no hash', (file) => file.metadataProps.splice(0), /no rr.hash/],
    ['a missing weight', (file) => file.graph?.initializer.splice(0, 60), /is missing/],
    [
      'a weight of another shape',
      (file) => {
        for (const tensor of file.graph?.initializer ?? []) if (tensor.name === 'plies.weight') tensor.dims.reverse();
      },
      /'plies.weight' has shape \[1,32\] instead of \[32,1\]/,
    ],
    [
      'weights that are not numbers',
      (file) => {
        for (const tensor of file.graph?.initializer ?? []) {
          if (tensor.name === 'globals.bias') tensor.rawData?.fill(0xff);
        }
      },
      /not finite/,
    ],
    [
      'an unknown architecture field',
      (file) => {
        for (const entry of file.metadataProps) if (entry.key === 'rr.architecture') entry.value = '{"name":"x"}';
      },
      /rr.architecture/,
    ],
    [
      'metadata that are not JSON',
      (file) => {
        for (const entry of file.metadataProps) if (entry.key === 'rr.planes') entry.value = '{';
      },
      /rr.planes is not JSON/,
    ],
  ];
  it.each(refusals)('are refused with %s', (_, change, message) => {
    expect(failure(() => readModel(tampered(change), 'm.onnx')).message).toMatch(message);
  });

  it('of a hexagon may not have weights outside the six neighbours', () => {
    const model = testModel('hex8');
    const spec = specOf(model.metadata);
    unusedTaps(spec, parametersOf(spec), (start) => {
      model.weights[start] = 0.5;
    });
    expect(failure(() => readModel(writeModel(model), 'm.onnx')).message).toMatch(/six neighbours/);
  });
});

/** A Python with the given module, or undefined. */
function pythonWith(module: string): string | undefined {
  return ['python3', '/usr/bin/python3'].find((python) => {
    try {
      execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

describe('ONNX itself', () => {
  const python = pythonWith('onnx');
  if (!python) console.log('skipped: onnx.checker (no python3 with the onnx package here)');
  it.skipIf(!python)('accepts our files (onnx.checker, full check)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rr-onnx-'));
    try {
      for (const board of ['square8', 'hexagonal'] as const) {
        const path = join(folder, `${board}.onnx`);
        writeFileSync(path, writeModel(testModel(board)));
        const check = 'import onnx, sys; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)';
        execFileSync(python ?? '', ['-c', check, path]);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
