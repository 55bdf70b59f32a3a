/**
 * Kills `rr selfplay --out` with SIGKILL at random instants, COUNT times (200 by default), resuming each time, and
 * checks after every kill that each game a `stored` record acknowledged is in the database; at the end, that the set of
 * games is that of an uninterrupted run, none twice. Prints one line; exit 1 when anything is missing.
 *
 *     node scripts/kill-selfplay.ts [COUNT] [CONFIG]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { GameStore } from '../src/games/store/store.ts';

const [count = '200', config = 'hex8_2p'] = process.argv.slice(2);
const rr = resolve(import.meta.dirname, '..', 'bin', 'rr');
const folder = mkdtempSync(join(tmpdir(), 'rr-kill-'));
const killed = join(folder, 'killed.db');
const whole = join(folder, 'whole.db');

interface Kill {
  /** Type of the record from which time counts. */
  readonly from: 'header' | 'stored';
  readonly ms: number;
}

/** Runs self-play into `path` until it is done or killed; returns the acknowledged ids. */
async function play(path: string, games: number, kill?: Kill): Promise<string[]> {
  const args = ['selfplay', '--config', config, '--seed', '1', '--games', String(games), '--out', path, '--resume'];
  const child = execa(process.execPath, [rr, ...args], {
    stdin: 'ignore',
    stderr: 'ignore',
    buffer: false,
    reject: false,
  });
  let text = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (kill && timer === undefined && text.includes(`{"type":"${kill.from}"`)) {
      timer = setTimeout(() => child.kill('SIGKILL'), kill.ms);
    }
  });
  await child;
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line.startsWith('{"type":"stored"'))
    .flatMap((line): string[] => JSON.parse(line).ids);
}

/** Ids in the database, and the number of different indices among its games. */
async function content(path: string): Promise<{ ids: Set<string>; indices: number }> {
  const store = await GameStore.openReadOnly(path);
  const rows = [...store.headers()];
  store.close();
  return { ids: new Set(rows.map((row) => row.game_id)), indices: new Set(rows.map((row) => row.game_index)).size };
}

let acknowledged = 0;
let problems = 0;
// About as many games as the kills leave time for.
const games = 80 * Number(count);
for (let i = 0; i < Number(count); i++) {
  // Every other kill falls between two commits or into one, the rest anywhere from the opening of the file on.
  const from = i % 2 === 0 ? 'stored' : 'header';
  const safe = await play(killed, games, { from, ms: Math.random() * 800 });
  acknowledged += safe.length;
  if (safe.length === 0) continue;
  const { ids } = await content(killed);
  const missing = safe.filter((id) => !ids.has(id));
  if (missing.length > 0) console.log(`kill ${i}: ${missing.length} acknowledged games are missing`);
  problems += missing.length;
}
await play(killed, games);
await play(whole, games);
const a = await content(killed);
const b = await content(whole);
const equal = a.ids.size === b.ids.size && [...a.ids].every((id) => b.ids.has(id));
if (!equal || a.indices !== a.ids.size) problems++;
console.log(
  `${count} kills, ${acknowledged} games acknowledged under them, ${a.ids.size} games at the end, ` +
    `${a.ids.size - a.indices} twice, same set as uninterrupted: ${equal}, problems: ${problems}`,
);
rmSync(folder, { recursive: true });
process.exitCode = problems > 0 ? 1 : 0;
