/** Opens files 0 … N−1 of a folder as replay and as state databases, each at its own instant; prints what failed. */
import { join } from 'node:path';
import { RrError } from '../../../src/core/errors.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { openState } from '../../../src/state/open.ts';

/** Between the files, milliseconds. */
const EVERY = 20;

const [folder = '', begin = '', files = ''] = process.argv.slice(2);
const failures: string[] = [];
for (let file = 0; file < Number(files); file++) {
  while (Date.now() < Number(begin) + file * EVERY);
  for (const open of [
    async () => GameStore.open(join(folder, `games-${file}.db`)),
    () => openState(join(folder, `state-${file}.db`)),
  ]) {
    try {
      await (await open()).close();
    } catch (error) {
      if (!(error instanceof RrError)) throw error;
      failures.push(`${error.code}: ${error.message}`);
    }
  }
}
process.stdout.write(JSON.stringify(failures));
