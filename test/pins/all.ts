/** All pinned results of searches: made here, kept in searches.ndjson, one a line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { gamePins, playerPins } from './games.ts';
import type { Pin } from './pin.ts';
import { networkPins, searchPins } from './searches.ts';

const FILE = new URL('./searches.ndjson', import.meta.url);

export const makePins = async (): Promise<Pin[]> =>
  [await searchPins(), await networkPins(), await playerPins(), await gamePins()].flat();

export const readPins = (): Pin[] =>
  readFileSync(FILE, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): Pin => JSON.parse(line));

export const writePins = (pins: readonly Pin[]): void =>
  writeFileSync(FILE, pins.map((pin) => `${JSON.stringify(pin)}\n`).join(''));
