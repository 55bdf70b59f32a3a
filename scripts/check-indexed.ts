/**
 * The part of `npm run typecheck` that takes an element of an array or a record for what it may be: undefined. The
 * rooms whose inner loops run over typed arrays are exempt. The compiler applies the option to a whole program, and a
 * program is all that is imported, so its complaints about those rooms are left out here.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXEMPT = /^src\/(engine|net|search|samples|train)\//;

const compiler = join(dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin', 'tsc');
const project = process.argv[2] ?? 'tsconfig.indexed.json';
const { stdout, status } = spawnSync(process.execPath, [compiler, '--pretty', 'false', '-p', project], {
  encoding: 'utf8',
});
// A complaint starts a line, its explanation is indented.
const complaints = stdout.split(/\n(?=\S)/).filter((text) => text.includes('error TS') && !EXEMPT.test(text));
for (const complaint of complaints) console.error(complaint.trimEnd());
if (status === null || (status !== 0 && !stdout.includes('error TS')))
  throw new Error(`the compiler failed: ${stdout}`);
process.exitCode = complaints.length > 0 ? 1 : 0;
