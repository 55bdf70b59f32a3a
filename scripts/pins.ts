/**
 * Pins anew what test/pins compares with, after a change that is meant to change it.
 *
 *     node scripts/pins.ts            searches, games, encodings, exports, training, forms of networks
 *     node scripts/pins.ts --files    the committed files too (see test/pins/data/make-files.ts)
 */
import { makePins, writePins } from '../test/pins/all.ts';
import { makePinFiles } from '../test/pins/data/make-files.ts';
import { writeDataPins } from '../test/pins/data/write.ts';

const pins = await makePins();
writePins(pins);
if (process.argv.includes('--files')) await makePinFiles();
await writeDataPins();
console.error(`${pins.length} results of searches and the data pinned`);
