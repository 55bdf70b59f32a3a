/** Model files that are not what rr writes, and networks that cannot play, through the commands that handle them. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { foreignPart } from '../../src/models/foreign.ts';
import { writeModel } from '../../src/net/model/file.ts';
import { decodeMessage, encodeMessage } from '../../src/net/onnx/message.ts';
import { MODEL, type OnnxModel } from '../../src/net/onnx/schema.ts';
import { temporaryFolder } from '../io/folder.ts';
import { rr } from '../run.ts';
import { untrainedModel } from '../search/models.ts';
import { writeExampleNpz } from '../train/data/example.ts';

const folder = temporaryFolder();
const model = untrainedModel('hex8', 2);
const ours = writeModel(model);

/** The model's file after a change that leaves weights and description as they are. */
function altered(change: (file: OnnxModel) => void): Uint8Array {
  const file = decodeMessage(MODEL, ours, 'test');
  change(file);
  return encodeMessage(MODEL, file);
}

test('a file that rr wrote is its own', () => expect(foreignPart(ours, 'm.onnx')).toBeUndefined());

test.each<readonly [string, (file: OnnxModel) => void, RegExp]>([
  [
    'operator',
    ({ graph }) => {
      const node = graph?.node.find(({ opType }) => opType === 'Add');
      if (node) node.opType = 'Sub';
    },
    /^graph\.node\.\d+\.opType is "Sub" instead of "Add"$/,
  ],
  [
    'input',
    ({ graph }) => {
      graph?.node.find(({ opType }) => opType === 'Conv')?.input.reverse();
    },
    /^graph\.node\.\d+\.input\.0 is "/,
  ],
  ['graph that lacks a node', ({ graph }) => void graph?.node.pop(), /^graph\.node\.\d+ is missing instead of \{/],
  [
    'entry of the description',
    (file) => void file.metadataProps.push({ key: 'author', value: 'me' }),
    /^metadataProps\.\d+ is \{"key":"author","value":"me"\} instead of missing$/,
  ],
  [
    'producer',
    (file) => {
      file.producerName = 'other';
    },
    /^producerName is "other" instead of "rr"$/,
  ],
])('a foreign %s is named by verify and refused by export', async (_, change, difference) => {
  const bytes = altered(change);
  expect(foreignPart(bytes, 'm.onnx')).toMatch(difference);
  const path = join(folder, 'foreign.onnx');
  writeFileSync(path, bytes);
  const words = foreignPart(bytes, path) ?? '';
  const verified = await rr(['model', 'verify', path, '--positions', '1', '--data', folder]);
  expect(verified.status).toBe(3);
  expect(verified.stderr).toContain(words);
  const out = join(folder, 'copy.onnx');
  const exported = await rr(['model', 'export', path, '--out', out, '--data', folder]);
  expect(exported.status).toBe(5);
  expect(exported.stderr).toContain(words);
  expect(existsSync(out)).toBe(false);
});

test('a training that ends in dead layers makes no model', async () => {
  const path = join(folder, 'zero.onnx');
  writeFileSync(path, writeModel({ ...model, weights: new Float32Array(model.weights.length) }));
  const npz = join(folder, 'hex8.npz');
  await writeExampleNpz(npz, { board: 'hex8', players: 2, games: 3, seed: 4, sampleEvery: 8 });
  const data = join(folder, 'store');
  const result = await rr([
    'train',
    npz,
    '--init',
    path,
    '--epochs',
    '1',
    '--batch',
    '16',
    '--seed',
    '1',
    '--data',
    data,
  ]);
  expect(result.status).toBe(3);
  expect(result.stderr).toContain("all values of 'stem.weight' are zero");
  expect(existsSync(join(data, 'models')) ? readdirSync(join(data, 'models')) : []).toEqual([]);
  const verified = await rr(['model', 'verify', path, '--positions', '1', '--data', folder]);
  expect(verified.status).toBe(3);
  expect(verified.stderr).toContain("all values of 'stem.weight' are zero");
}, 120_000);
