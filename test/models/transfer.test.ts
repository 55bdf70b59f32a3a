import { expect, test } from 'vitest';
import { parseConfigKey } from '../../src/engine/config-key.ts';
import { specFor } from '../../src/models/save.ts';
import { transferWeights } from '../../src/models/transfer.ts';
import { architectureOf } from '../../src/net/arch/architectures.ts';
import { parameterOf, parametersOf } from '../../src/net/arch/parameters.ts';

const specOf = (key: string) => specFor(parseConfigKey(key), architectureOf('nano'));

/** Where the columns of a head's bias come from: every weight of the source is its own number. */
function columns(from: string, to: string, head: string): number[] {
  const [source, target] = [parametersOf(specOf(from)), parametersOf(specOf(to))];
  const numbers = Float32Array.from({ length: source.size }, (_, i) => i);
  const weights = transferWeights(specOf(from), numbers, specOf(to));
  const [before, now] = [parameterOf(source, `${head}.bias`), parameterOf(target, `${head}.bias`)];
  return [...weights.subarray(now.offset, now.offset + now.size)].map((value) => value - before.offset);
}

test('new opponents start as the last one, surplus ones are left out, nobody stays nobody', () => {
  expect(columns('hex8_2p', 'hex8_4p', 'value.seats')).toEqual([0, 1, 1, 1]);
  expect(columns('hex8_4p', 'hex8_2p', 'value.seats')).toEqual([0, 1]);
  expect(columns('hex8_2p', 'hex8_3p', 'ownership')).toEqual([0, 1, 1, 2]);
  expect(columns('hex8_3p', 'hex8_2p', 'ownership')).toEqual([0, 1, 3]);
  expect(columns('hex8_2p', 'hex8_3p', 'margins')).toEqual([0, 1, 1, 2, 3, 3]);
});

test('everything else is kept', () => {
  const source = parametersOf(specOf('hex8_2p'));
  const numbers = Float32Array.from({ length: source.size }, (_, i) => i);
  expect(transferWeights(specOf('hex8_2p'), numbers, specOf('hex8_2p'))).toEqual(numbers);
});
