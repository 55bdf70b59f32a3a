/**
 * Every example of every --help page is run as it stands, in a folder with what it reads; only amounts are reduced. An
 * example that cannot run here must be listed with its reason.
 */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandSpecs } from '../../src/commands/reference/spec.ts';
import { readTraces } from '../engine/trace.ts';
import { bash, REPO_ROOT, RR } from '../run.ts';
import { FIXTURES } from '../shared.ts';

/** Commands whose examples need what a test cannot have; their own tests run them against the real thing. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  sync: 'needs other machines: test/io/remote',
  train: 'takes minutes: test/commands/train',
  bench: 'measures for minutes: test/commands/bench',
};
/** Single examples, by the same measure. */
const SKIPPED: readonly (readonly [RegExp, string])[] = [[/gumbel/, 'needs a trained model']];

/** Statuses that an example may end with besides 0. */
const OTHER_ENDS: readonly (readonly [RegExp, number])[] = [
  // a machine without a graphics card
  [/^rr doctor --for gpu/, 3],
  // the example before it has played them all
  [/--resume$/, 4],
];

/** Smaller amounts of the same thing. */
const reduced = (example: string): string =>
  example
    .replace(/--games \d+/, '--games 4')
    .replace(/--budget \w+/, '--budget 8')
    .replace(/--data \/\S+/, '--data .');

const examples = (await commandSpecs())
  .flatMap(({ name, examples }) => examples.map((example) => ({ name, example })))
  .filter(({ example }, i, all) => all.findIndex((other) => other.example === example) === i);
const reasonToSkip = ({ name, example }: { name: string; example: string }): string | undefined =>
  ELSEWHERE[name.split(' ')[0] ?? ''] ?? SKIPPED.find(([pattern]) => pattern.test(example))?.[1];

const folder = mkdtempSync(join(tmpdir(), 'rr-examples-'));
afterAll(() => rmSync(folder, { recursive: true }));

const shell = (script: string) =>
  bash(`set -o pipefail; ${script}`, {
    cwd: folder,
    env: { PATH: [join(folder, '.bin'), dirname(process.execPath), process.env.PATH].join(delimiter) },
  });

beforeAll(async () => {
  mkdirSync(join(folder, '.bin'));
  writeFileSync(join(folder, '.bin', 'rr'), `#!/bin/sh\nexec '${process.execPath}' '${RR}' "$@"\n`);
  chmodSync(join(folder, '.bin', 'rr'), 0o755);
  symlinkSync(join(REPO_ROOT, 'examples'), join(folder, 'examples'));
  copyFileSync(join(FIXTURES, 'npz', 'hex8_2p_gumbel_v2.npz'), join(folder, 'old.npz'));
  copyFileSync(join(FIXTURES, 'db', 'hex8_2p_swap.db.gz'), join(folder, 'old.db.gz'));
  const [trace] = readTraces(join(FIXTURES, 'traces', 'golden.jsonl.gz'));
  writeFileSync(join(folder, 'traces-hex8-2p.jsonl.gz'), gzipSync(`${JSON.stringify(trace)}\n`));
  const made = await shell(`
    gunzip -c old.db.gz > original.db && cp original.db selfplay_hex8_2p.db &&
    rr selfplay --board hex8 --games 4 --seed 1 --out data/games/hex8_2p.db --out - > games.ndjson &&
    rr export --npz < games.ndjson > /dev/null && cp data/training/hex8_2p.npz hex8.npz`);
  expect(made).toMatchObject({ status: 0 });
});

describe('examples of --help', () => {
  const run = examples.filter((example) => reasonToSkip(example) === undefined);
  const skipped = examples.length - run.length;
  if (skipped > 0) console.log(`skipped: ${skipped} examples that need other machines, models or minutes`);

  it.each(run)('$example', async ({ example }) => {
    const { status, stderr } = await shell(reduced(example));
    const other = OTHER_ENDS.find(([pattern]) => pattern.test(example))?.[1];
    if (status !== 0 && status === other) return;
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  });
});
