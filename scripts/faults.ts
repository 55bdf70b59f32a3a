/**
 * Plants each fault of mutation/named-faults.ts in a copy of the checkout and runs the tests that should notice it:
 * `npm run faults [-- WORD...]`, those whose names hold a word, or all. Exits 1 when one went unnoticed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Fault, NAMED_FAULTS } from './mutation/named-faults.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** Everything that git knows or would add, without what is ignored; packages by a link. */
function copyOfCheckout(): string {
  const copy = mkdtempSync(join(tmpdir(), 'rr-faults-'));
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  for (const name of execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' }).split('\0')) {
    if (name === '' || !existsSync(join(ROOT, name))) continue;
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    copyFileSync(join(ROOT, name), join(copy, name));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** The names of the tests that fail with the fault in place. */
function noticedBy(copy: string, { name, file, from, to, tests }: Fault): string[] {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  if (original.split(from).length !== 2) throw new Error(`${name}: what to replace does not stand once in ${file}`);
  const report = join(copy, 'faults-report.json');
  writeFileSync(
    path,
    original.replace(from, () => to),
  );
  try {
    rmSync(report, { force: true });
    const vitest = join(copy, 'node_modules', 'vitest', 'vitest.mjs');
    const args = [vitest, 'run', '--reporter=json', `--outputFile.json=${report}`, ...tests];
    const { stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
    if (!existsSync(report)) throw new Error(`${name}: vitest made no report\n${stderr}`);
    return failuresOf(JSON.parse(readFileSync(report, 'utf8')));
  } finally {
    writeFileSync(path, original);
  }
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const failuresOf = ({ testResults }: Report): string[] =>
  testResults.flatMap((file) =>
    file.assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );

const words = process.argv.slice(2);
const chosen = NAMED_FAULTS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
if (chosen.length === 0)
  throw new Error(`no fault is named like that; there are ${NAMED_FAULTS.map(({ name }) => name).join(', ')}`);
const copy = copyOfCheckout();
let unnoticed = 0;
try {
  for (const fault of chosen) {
    const [first, ...others] = noticedBy(copy, fault);
    if (first === undefined) unnoticed++;
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    console.log(first === undefined ? `UNNOTICED: ${fault.name}` : `noticed: ${fault.name}: ${first}${more}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exitCode = unnoticed > 0 ? 1 : 0;
