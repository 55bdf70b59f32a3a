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
  cluster: 'needs other machines: test/io/remote',
  gauntlet: 'plays for minutes: test/commands/gauntlet',
  promote: 'needs verdicts and models: test/commands/promote',
  loop: 'plays and learns for minutes: test/commands/loop',
};
/** Single examples, by the same measure. */
const SKIPPED: readonly (readonly [RegExp, string])[] = [
  [/gumbel|production|candidate/, 'needs a trained model'],
  [/^rr model average/, 'names models by their hashes'],
  [/rr elo (merge|record)/, 'needs ratings of another machine, verdicts of a gauntlet'],
];

/** Statuses that an example may end with besides 0. */
const OTHER_ENDS: readonly (readonly [RegExp, number])[] = [
  // a machine without a graphics card
  [/^rr doctor --for gpu/, 3],
  // the example before it has played them all
  [/--resume$/, 4],
  // nobody has been rated in this folder
  [/^rr elo /, 4],
  // no loop has run in this folder
  [/^rr report /, 4],
];

/** Smaller amounts of the same thing. */
const reduced = (example: string): string =>
  example
    .replace(/--games \d+/, '--games 4')
    // the oldest games there are were played today
    .replace(/--since 2\S+/, '--since 2026-01-01')
    .replace('--arch small', '--arch nano')
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
    rr export --npz < games.ndjson > /dev/null && cp data/training/hex8_2p.npz hex8.npz &&
    cp old.db.gz original.db.gz && mkdir old gpu1 gpu2 && cp old.db.gz old/ &&
    cp data/games/hex8_2p.db games.db && cp games.db gpu1/hex8_2p.db && cp games.db gpu2/hex8_2p.db &&
    cp games.db old.db && cp games.db older.db &&
    rr selfplay --board hex8 --games 2 --seed 2 | zstd -q > monday.ndjson.zst &&
    rr selfplay --board hex8 --games 2 --seed 3 | gzip -c > tuesday.ndjson.gz &&
    rr model init --board hex8 --arch nano --seed 1 > /dev/null &&
    cp models/hex8_2p/*.onnx model.onnx && cp model.onnx m.onnx`);
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
