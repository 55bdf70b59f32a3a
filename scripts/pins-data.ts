/**
 * Freezes anew what the tests of test/pins/data compare with: encodings, exports, files, training, lowering.
 *
 *     node scripts/pins-data.ts            the facts
 *     node scripts/pins-data.ts --files    the committed files too (see test/pins/data/make-files.ts)
 */
import { makePinFiles } from '../test/pins/data/make-files.ts';
import { writeDataPins } from '../test/pins/data/write.ts';

if (process.argv.includes('--files')) await makePinFiles();
await writeDataPins();
