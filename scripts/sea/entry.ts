/**
 * Where dist/rr starts. Inside is only what answers --version and --help at once; everything else is the bundle of the
 * npm package, unpacked with its libraries (home.ts) and compiled once.
 */
import { createRequire, enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { leave } from '../../src/commands/cli/leave.ts';
import { quickAnswer } from '../../src/commands/cli/quick-answer.ts';
import { CATALOGUE } from '../../src/commands/table.ts';
import { home } from './home.ts';

function start(argv: readonly string[]): void {
  const answer = quickAnswer(argv, process.stdout.columns, CATALOGUE);
  if (answer !== undefined) {
    process.stdout.on('error', () => {});
    process.stdout.write(answer);
    void leave(0);
    return;
  }
  const folder = home();
  enableCompileCache(join(folder, 'compiled'));
  // main ends the process itself
  createRequire(join(folder, 'dist', 'rr.cjs'))('./rr.cjs').main(argv);
}

start(process.argv.slice(2));
