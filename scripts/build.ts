/**
 * `npm run build`: the program as one bundle for the npm package, and as one executable.
 *
 *   dist/main.js, dist/rr.cjs, dist/worker-*.mjs     what an installed package runs (bin/rr prefers it there)
 *   dist/THIRD_PARTY_LICENSES                         whose work is inside, for both
 *   dist/rr                                          Node with the bundle, native libraries, settings inside
 *
 * With --bundle only the first two (`npm run pack` does that); an executable that is there already stays as it is. Prints
 * what the executable consists of.
 */
import { rmSync } from 'node:fs';
import { bundle, DIST, removeBundles } from './build/bundle.ts';
import { buildExecutable } from './build/executable.ts';
import { writeLicences } from './build/licences.ts';

const started = performance.now();
const whole = !process.argv.includes('--bundle');
if (whole) rmSync(DIST, { recursive: true, force: true });
else removeBundles();
writeLicences(await bundle());
if (whole) await buildExecutable();
console.log(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
