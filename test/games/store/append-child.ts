/** Appends and commits games until it is killed; after `ready`, each line it prints is the id of a game that is safe. */
import { writeSync } from 'node:fs';
import { GameStore } from '../../../src/games/store/store.ts';
import { exampleGame } from './example.ts';

const [path = '', from = '0'] = process.argv.slice(2);
writeSync(1, 'ready\n');
const store = GameStore.open(path);
for (let n = Number(from); ; n++) {
  store.append(exampleGame(n));
  if (n % 5 !== 4) continue;
  for (const id of store.commit()) writeSync(1, `${id}\n`);
}
