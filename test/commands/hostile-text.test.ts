/** Names, reasons and messages that would steer a terminal, through real commands to where people read them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createRules } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';
import { gameWithoutMoves } from '../../src/games/game/of-position.ts';
import { gameInfo } from '../../src/view/board/picture.ts';
import { terminalPicture } from '../../src/view/board/terminal.ts';
import { htmlReplayer } from '../../src/view/replay/html.ts';
import { showGame } from '../../src/view/replay/replay.ts';
import { type Result, rr } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Escape sequences in 7 and 8 bits, a bell, backspaces, text set right to left. */
const EVIL = 'a\u001b[2J\u009b31m\u0007\b\b\u202eb';
const HARMFUL = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

const run = (args: readonly string[]): Promise<Result> =>
  rr([...args, '--no-color'], { cwd: folder, env: { RR_DATA: folder } });

function expectHarmless({ stdout, stderr }: Result, ...shown: string[]): void {
  expect(stdout).not.toMatch(HARMFUL);
  expect(stderr).not.toMatch(HARMFUL);
  for (const text of shown) expect(stdout + stderr).toContain(text);
}

test('a program with a hostile command line and hostile words, in verdicts, notes and ratings', async () => {
  const bot = join(folder, 'bot.mjs');
  writeFileSync(bot, `process.stdin.once('data', () => process.stdout.write('{"type":"ready"}\\n${EVIL}\\n'));`);
  const games = ['--games', '2', '--seed', '1', '--workers', '1', '--format', 'table'];
  const against = ['--against', `cmd:${process.execPath} ${bot} '${EVIL}'`];
  const gauntlet = await run(['gauntlet', '--config', 'hex8_2p', '--candidate', 'heuristic', ...against, ...games]);
  expectHarmless(gauntlet, '\\u009b31m', '\\u202eb', 'forfeits');
  expect(gauntlet.status).toBe(0);
  expectHarmless(await run(['elo', 'ls', '--config', 'hex8_2p', '--format', 'table']), '\\u009b31m');
});

test.each([
  ['a file', ['show', `${EVIL}.db`]],
  ['a player', ['selfplay', '--board', 'hex8', '--games', '1', '--engine', EVIL]],
  ['a flag', ['selfplay', `--${EVIL}`]],
  ['a command', [EVIL]],
  ['a model', ['model', 'show', `./${EVIL}.onnx`]],
])('a hostile name of %s in a message', async (_, args) => {
  for (const extra of [[], ['--log-json']]) {
    const result = await run([...args, ...extra]);
    expect(result.status).toBe(2);
    expectHarmless(result, 'u202e');
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
  }
});

describe('a hostile name of a player', () => {
  const rules = createRules('hex8', 2);
  const names = [EVIL, 'quiet'];
  const seats = names.map((player, i) => ({ seat: i + 1, player, model: null }));
  const shown = { ...gameWithoutMoves(new State(rules), EVIL), seats };

  test('beside a board in the terminal', () => {
    const [frame] = showGame(shown).frames;
    if (!frame) throw new Error('no frame');
    const picture = terminalPicture(gameInfo(rules, names), frame, { color: false });
    expect(picture).not.toMatch(HARMFUL);
    expect(picture).toContain('\\u202eb');
  });

  test('in a page', () => {
    const page = htmlReplayer(showGame(shown), { theme: 'auto' });
    expect(page).not.toMatch(HARMFUL);
    // in the data of the page, which are JSON
    expect(page).toContain('\\\\u202eb');
  });
});
