/**
 * Flips random single bits of files of every kind and reads each as the commands do; prints one NDJSON record a kind.
 *
 *     node scripts/flip-bits.ts [--flips 1000] [--seed 1] [--kind 'game database']
 *
 * Exits 3 when a flip changed a result without a word, or ended with an error that is not in the registry.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { flipBits, flipKinds } from '../test/flips/flip-bits.ts';

const { values } = parseArgs({
  options: {
    flips: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string', multiple: true },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'rr-flip-kinds-'));
try {
  for (const [name, kind] of await flipKinds(folder)) {
    if (values.kind && !values.kind.includes(name)) continue;
    const report = await flipBits(name, kind, Number(values.flips), Number(values.seed));
    console.log(JSON.stringify({ type: 'flips', seed: Number(values.seed), ...report }));
    if (report.silent.length + report.bugs.length > 0) process.exitCode = 3;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
