/**
 * `npm run bench:record`: measures the checked-out commit and appends one line to docs/results/bench.ndjson. A few minutes
 * on an idle machine. `rr bench compare COMMIT COMMIT` compares lines.
 *
 *   npm run bench:record                     all suites
 *   npm run bench:record -- engine export    some of them
 *   npm run bench:record -- --out FILE …     append elsewhere
 */
import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execaSync } from 'execa';
import { RECORDED_FIGURES } from '../src/commands/bench/figures.ts';
import { machine } from '../src/commands/bench/rows.ts';
import { VERSION } from '../src/core/version.ts';
import { writeFileAtomic } from '../src/io/atomic.ts';

const ROOT = join(import.meta.dirname, '..');

/** What is measured: every suite with cases that take seconds, the same ones every time. */
const SUITES: Readonly<Record<string, readonly string[]>> = {
  engine: ['engine', '--seconds', '2'],
  export: ['export'],
  net: ['net', '--board', 'hex8', '--arch', 'v2', '--batches', '16'],
  search: ['search', '--config', 'hex8_2p', '--seconds', '2'],
  selfplay: ['selfplay', '--config', 'hex8_2p'],
  train: ['train', '--board', 'hex8', '--arch', 'v2'],
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: join(ROOT, RECORDED_FIGURES) } },
});
const unknown = positionals.find((name) => !Object.hasOwn(SUITES, name));
if (unknown !== undefined) {
  console.error(`no suite '${unknown}'; there are ${Object.keys(SUITES).join(', ')}`);
  process.exit(2);
}

const git = (...args: string[]): string => execaSync('git', args, { cwd: ROOT }).stdout;

const rows = Object.entries(SUITES)
  .filter(([name]) => positionals.length === 0 || positionals.includes(name))
  .flatMap(([name, args]) => {
    console.error(`rr bench ${args.join(' ')}`);
    const bench = [join(ROOT, 'bin', 'rr'), 'bench', ...args, '--format', 'ndjson'];
    const { stdout } = execaSync(process.execPath, bench, { cwd: ROOT, stderr: 'inherit' });
    const found = stdout.split('\n').flatMap((line): unknown[] => {
      const { type, ...row } = JSON.parse(line);
      return type === 'bench' ? [row] : [];
    });
    if (found.length === 0) throw new Error(`rr bench ${name} measured nothing`);
    return found;
  });

const run = {
  type: 'bench-run',
  commit: git('rev-parse', 'HEAD'),
  // figures of files that no commit has
  changed: git('status', '--porcelain', '--untracked-files=no') !== '',
  at: new Date().toISOString(),
  rr: VERSION,
  // processes that wanted a core in the last minute: about the number of those that measure on an idle machine
  load: loadavg()[0],
  machine: machine(),
  rows,
};
const before = existsSync(values.out) ? readFileSync(values.out, 'utf8') : '';
await writeFileAtomic(values.out, `${before}${JSON.stringify(run)}\n`);
console.error(`${rows.length} figures of ${run.commit.slice(0, 12)} added to ${values.out}`);
