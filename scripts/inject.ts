/**
 * Hits every command that writes at its n-th call that changes a file: `kill` ends the process there, half of the time
 * in the middle of a write; `fail` makes the call fail with EIO, ENOSPC or a short write. Each line of --out is one place; a
 * place that is there already is left out, so that the run can be stopped and repeated.
 *
 *     node scripts/inject.ts kill [--places 35] [--out kills.ndjson] [--command train]
 *     node scripts/inject.ts power [--command train]
 *     node scripts/inject.ts fail [--places 12] [--jobs 2] [--out failures.ndjson]
 *
 * `places` are per command, spread evenly over its calls; --template keeps what the commands start from. Exits 3 when something was lost, doubled or left over.
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { COMMANDS, makeTemplate } from '../test/inject/commands.ts';
import { Injector } from '../test/inject/kill.ts';
import { cutPower } from '../test/inject/power.ts';
import { type Injection, injectLibrary } from '../test/inject/run.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    places: { type: 'string' },
    out: { type: 'string' },
    command: { type: 'string', multiple: true },
    jobs: { type: 'string', default: '1' },
    template: { type: 'string' },
  },
});
/** What the power is cut in. */
const POWER = ['selfplay, new database', 'selfplay, database with games', 'export, rr1', 'train', 'promote'];

const [what = 'kill'] = positionals;
const KINDS: readonly Injection[] = what === 'fail' ? ['EIO', 'ENOSPC', 'short'] : ['kill', 'torn'];
const places = Number(values.places ?? 35);
const out = values.out;
const done = new Set(
  out !== undefined && existsSync(out)
    ? readFileSync(out, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line))
        .map(({ command, at, kind }) => `${command} ${at} ${kind}`)
    : [],
);
const folder = mkdtempSync(join(tmpdir(), 'rr-injections-'));
try {
  const library = injectLibrary(folder);
  if (library === undefined) throw new Error('needs Linux and a C compiler');
  const template = values.template ?? join(folder, 'template');
  if (!existsSync(template)) await makeTemplate(template);
  const injector = new Injector(library, template, join(folder, 'copies'));
  for (const name of what === 'power' ? [] : (values.command ?? Object.keys(COMMANDS))) {
    const whole = await injector.whole(name);
    const count = Math.min(places, whole.calls);
    const hits = Array.from({ length: count }, (_, i) => ({
      at: 1 + Math.floor(((i + 0.5) * whole.calls) / count),
      kind: KINDS[i % KINDS.length] ?? 'kill',
    })).filter(({ at, kind }) => !done.has(`${name} ${at} ${kind}`));
    const worker = async (): Promise<void> => {
      for (let hit = hits.shift(); hit !== undefined; hit = hits.shift()) {
        const problems = await injector.hit(name, whole, hit.at, hit.kind);
        const line = JSON.stringify({ type: what, command: name, of: whole.calls, ...hit, problems });
        if (out === undefined || problems.length > 0) console.log(line);
        if (out !== undefined) appendFileSync(out, `${line}\n`);
        if (problems.length > 0) process.exitCode = 3;
      }
    };
    await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
  }
  for (const name of what === 'power' ? (values.command ?? POWER) : []) {
    const report = await cutPower(injector, name, join(folder, 'disk'));
    const line = JSON.stringify({ type: what, ...report });
    console.log(line);
    if (out !== undefined) appendFileSync(out, `${line}\n`);
    if (report.problems.length > 0) process.exitCode = 3;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
