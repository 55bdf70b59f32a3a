/** A folder with everything that the examples of --help and the README read, and their amounts made small. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dataPaths } from '../../src/io/paths.ts';
import { ModelStore } from '../../src/models/store.ts';
import { openState } from '../../src/state/open.ts';
import { type Cluster, startCluster } from '../cluster/cluster.ts';
import { readTraces } from '../engine/trace.ts';
import { bash, REPO_ROOT, type Result, RR } from '../run.ts';
import { FIXTURES } from '../shared.ts';

export interface Stage {
  readonly folder: string;
  /** Runs a line of shell there, with this checkout's rr on the path. */
  readonly shell: (script: string) => Promise<Result>;
}

/** Every model is good enough, and sequential tests are short. */
const LOW_BARS = `gauntlet:
  test-games: 4
promotion:
  random-win-rate: {2p: 0}
  random-floor: {2p: 0}
  heuristic-win-rate: {2p: 0}
  heuristic-floor: {2p: 0}
  min-games: {2p: 1}
`;

/** A round that takes seconds. */
const ONE_ARM = 'few: { selfplay: { games: 2, budget: 4 }, train: { epochs: 1 } }\n';

const QUERY = '{"type":"version","id":"v"}\n';

/** What a bench wrote. */
const FIGURES = [
  { type: 'header', schema: 1, rr: '0', command: 'bench engine' },
  { type: 'bench', suite: 'engine', case: 'hex8_2p', metric: 'plies', value: 1, unit: 'plies/s' },
  { type: 'summary', command: 'bench engine' },
]
  .map((record) => `${JSON.stringify(record)}\n`)
  .join('');

/** Games, samples, databases of the original, a trace, and two models that have been in production. */
const MADE = `
  gunzip -c old.db.gz > original.db && cp original.db selfplay_hex8_2p.db &&
  rr selfplay --board hex8 --games 12 --seed 1 --out data/games/hex8_2p.db --out - > games.ndjson &&
  rr export --npz < games.ndjson > /dev/null && cp data/training/hex8_2p.npz hex8.npz &&
  cp original.db archive.db && cp old.db.gz original.db.gz && mkdir old gpu1 gpu2 && cp old.db.gz old/ &&
  cp data/games/hex8_2p.db games.db && cp games.db gpu1/hex8_2p.db && cp games.db gpu2/hex8_2p.db &&
  cp games.db old.db && cp games.db older.db &&
  rr selfplay --board hex8 --games 2 --seed 2 > few.ndjson && zstd -q < few.ndjson > monday.ndjson.zst &&
  rr selfplay --board hex8 --games 2 --seed 3 | gzip -c > tuesday.ndjson.gz &&
  for seed in 1 2; do
    rr model init --board hex8 --arch nano --seed $seed --format ndjson | sed -n 's/.*"hash":"\\([0-9a-f]*\\)".*/\\1/p' > hash.$seed &&
    rr gauntlet --config hex8_2p --candidate $(cat hash.$seed) --against random --against heuristic --games 2 \\
      --engine policy-only --seed $seed > verdicts.ndjson || exit 1
  done &&
  cp models/hex8_2p/$(cat hash.1).onnx model.onnx && cp model.onnx m.onnx && cp verdicts.ndjson gauntlet.ndjson &&
  cp hex8.npz samples.npz && cp hex8.npz round-1.npz && cp hex8.npz round-2.npz && cp hex8.npz data/training/hex8_2p-round-0003.npz && mkdir -p backup other/state && cp state/rr.db other/state/`;

/** `prefix` names the temporary folder, which the caller removes. @throws Error when the preparations fail */
export async function setStage(prefix: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const shell = (script: string) =>
    // with nothing piped in, as on a terminal
    bash(`set -o pipefail; exec < /dev/null; ${script}`, {
      cwd: folder,
      env: { PATH: [join(folder, '.bin'), dirname(process.execPath), process.env.PATH].join(delimiter) },
    });
  mkdirSync(join(folder, '.bin'));
  writeProgram(join(folder, '.bin', 'rr'), `exec '${process.execPath}' '${RR}' "$@"`);
  symlinkSync(join(REPO_ROOT, 'examples'), join(folder, 'examples'));
  copyFileSync(join(FIXTURES, 'npz', 'hex8_2p_gumbel_v2.npz'), join(folder, 'old.npz'));
  copyFileSync(join(FIXTURES, 'db', 'hex8_2p_swap.db.gz'), join(folder, 'old.db.gz'));
  const [trace] = readTraces(join(FIXTURES, 'traces', 'golden.jsonl.gz'));
  writeFileSync(join(folder, 'traces-hex8-2p.jsonl.gz'), gzipSync(`${JSON.stringify(trace)}\n`));
  writeFileSync(join(folder, 'rr.yaml'), LOW_BARS);
  writeFileSync(join(folder, 'arms.yaml'), ONE_ARM);
  writeFileSync(join(folder, 'queries.ndjson'), QUERY);
  writeFileSync(join(folder, 'jobs.yaml'), 'jobs: {loop: {command: loop, every: 1h}}\n');
  for (const name of ['before', 'after']) writeFileSync(join(folder, `${name}.ndjson`), FIGURES);
  const made = await shell(MADE);
  if (made.status !== 0) throw new Error(`the stage cannot be set: ${made.stderr}`);
  await setPointers(folder);
  return { folder, shell };
}

/** One model in production that another one was before, which is now the candidate. */
async function setPointers(folder: string): Promise<void> {
  const [first, second] = ['hash.1', 'hash.2'].map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const paths = dataPaths(folder);
  const state = await openState(paths.state);
  const store = new ModelStore(paths.modelsFolder, state.audit);
  const steps = [
    ['candidate', second],
    ['production', second],
    ['production', first],
  ] as const;
  for (const [pointer, hash = ''] of steps) {
    await store.point('hex8_2p', pointer, hash, { actor: 'test', reason: 'to be there' });
  }
  await state.close();
}

/** Two hosts of hosts.yaml, and a binary to update them with; needs sshd (hasSshd). */
export async function addHosts({ folder }: Stage): Promise<void> {
  mkdirSync(join(folder, 'cluster'));
  const cluster: Cluster = await startCluster(join(folder, 'cluster'), ['gpu-1', 'gpu-2']);
  const yaml: { hosts: Record<string, object> } = JSON.parse(readFileSync(cluster.hostsFile, 'utf8'));
  for (const [name, host] of Object.entries(yaml.hosts)) {
    const program = join(folder, 'cluster', `${name}-rr`);
    writeProgram(program, `exec '${process.execPath}' '${RR}' "$@"`);
    Object.assign(host, { rr: program, roles: ['selfplay', 'train'] });
  }
  writeFileSync(join(folder, 'hosts.yaml'), JSON.stringify(yaml));
  mkdirSync(join(folder, 'dist'));
  writeProgram(join(folder, 'dist', 'rr'), `# newer\nexec '${process.execPath}' '${RR}' "$@"`);
  // what `rr cluster probe` shows for a host whose key is not known yet
  const key = execFileSync('ssh-keygen', ['-lf', join(folder, 'cluster', 'gpu-1.key.pub')], { encoding: 'utf8' });
  writeFileSync(join(folder, 'fingerprint'), key.split(' ')[1] ?? '');
}

function writeProgram(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

const SMALL_LOOP =
  'rr loop --bootstrap-games 8 --games 4 --budget 4 --epochs 1 --gauntlet-games 2 --gauntlet-budget 4 --opponents random';

/** Smaller amounts of the same thing, and the names of this stage. */
export const reduced = (example: string): string =>
  example
    .replace(/^npm ci && /, '')
    .replace(/\bnpx rr\b/g, 'rr')
    .replace(/--games \d+/g, '--games 4')
    // the oldest games there are were played today
    .replace(/--since 20\S+/, '--since 2026-01-01')
    .replace(/--arch (small|v2)/, '--arch nano')
    .replace(/--budget \w+/, '--budget 4')
    .replace('gumbel:64', 'gumbel:4')
    .replace(/--rounds \d+/, '--rounds 1')
    .replace(/--data \/\S+/, '--data .')
    .replace('/mnt/backup', 'backup')
    .replace('3fa2b19c', '$(cat hash.1)')
    .replace('1f3a 77c0 9d12', '$(cat hash.1 hash.2)')
    .replace(/SHA256:\S+/, '$(cat fingerprint)')
    .replace(/^ssh host /, '')
    .replace('rr parity games.ndjson --against', 'rr parity few.ndjson --against')
    .replace('rr train hex8.npz', 'rr train samples.npz')
    .replace('--board square8 --seats me,gumbel', '--board hex8 --seats me,gumbel')
    // each replaces an amount that is not said
    .replace(/^rr loop (?!.*--rounds)/, 'rr loop --rounds 1 ')
    .replace(/^rr loop/, SMALL_LOOP)
    .replace(/\brr gauntlet (?!.*--games)/, 'rr gauntlet --games 2 ')
    .replace(/\brr gauntlet (?!.*--budget)/, 'rr gauntlet --budget 4 ')
    .replace(/\brr train (?!.*--epochs)/, 'rr train --epochs 1 ')
    .replace(/--epochs \d+/, '--epochs 1')
    .replace(/^rr init$/, 'rr init --board hex8')
    .replace(/^rr init/, '$& --seconds 1')
    .replace(/--batches \d+(,\d+)*/, '--batches 8')
    .replace(/--flights \d+(,\d+)*/, '--flights 1')
    .replace(/^rr bench (engine|net|train)(?!.*--seconds)/, '$& --seconds 0.2')
    .replace(/^rr bench (search|selfplay)(?!.*--seconds)/, '$& --seconds 1')
    .replace(/--seconds ([2-9]|1\d)\d*/, '--seconds 1')
    .replace(/^rr bench (engine|search) --seconds [\d.]+$/, '$& --config hex8_2p')
    .replace(/^rr bench selfplay --seconds 1$/, '$& --config hex8_2p --engine heuristic')
    .replace(/^rr bench export$/, '$& --games 20')
    .replace(/^rr bench round/, '$& --games 2 --positions 2 --depth 4')
    .replace(/ --positions \d+ --depth \d+$/, '')
    .replace(/^rr bench targets/, '$& --positions 2 --depth 4')
    .replace(/^rr bench train/, '$& --batches 8')
    .replace(/^(rr .*--(watch|follow)\b)/, 'timeout --preserve-status -s INT 5 $1');
