/** Writes the pinned results of test/pins anew, after a change that is meant to change what searches find. */
import { makePins, writePins } from '../test/pins/all.ts';

const pins = await makePins();
writePins(pins);
console.error(`${pins.length} results pinned`);
