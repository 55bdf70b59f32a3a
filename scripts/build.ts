/**
 * `npm run build`: the program as one bundle for the npm package, and as one executable.
 *
 *   dist/main.js, dist/rr.cjs, dist/worker-*.mjs     what an installed package runs (bin/rr prefers it there)
 *   dist/THIRD_PARTY_LICENSES                         whose work is inside, for both
 *   dist/rr                                          Node with the bundle, native libraries, settings inside
 *
 * With --bundle only the first (`npm pack` runs that). Prints what the executable consists of.
 */
import { rmSync } from 'node:fs';
import { bundle, DIST } from './build/bundle.ts';
import { buildExecutable } from './build/executable.ts';
import { writeLicences } from './build/licences.ts';

const started = performance.now();
rmSync(DIST, { recursive: true, force: true });
writeLicences(await bundle());
if (!process.argv.includes('--bundle')) await buildExecutable();
console.log(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
