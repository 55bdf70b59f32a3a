/** `rr play` on a pseudo-terminal and in a pipe, to the end of a game. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { gameOfRecord } from '../../src/games/game/of-record.ts';
import { replay } from '../../src/games/game/replay.ts';
import { gameSchema } from '../../src/games/record/game.ts';
import { hasPython, noteMissingTerminal, rrOnTerminal } from '../pty.ts';
import { REPO_ROOT, rr } from '../run.ts';

noteMissingTerminal();
const folder = mkdtempSync(join(tmpdir(), 'rr-play-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A game that is short because whoever sits there plays the first move of the list. */
const FIRST_OF_LIST: readonly [string, string] = ['moves> ', '1\r'];

describe.skipIf(!hasPython)('rr play on a terminal', () => {
  it('plays a whole game of three, with hints, undo and the list, and keeps it', async () => {
    const out = join(folder, 'game.ndjson');
    const args = ['play', '--config', 'hex8_3p', '--seats', 'me,random,heuristic', '--seed', '5', '--out', out];
    const { status, output } = await rrOnTerminal(args, {
      script: [
        ['moves> ', 'moves e5\r'],
        ['3 e5 x3', 'hint\r'],
        ['heuristic would play', 'e5 x2\r'],
        ['player 1: e5 x2', 'undo\r'],
        ['player 1 to place', 'z9\r'],
        ['has no cell z9', 'legal\r'],
        FIRST_OF_LIST,
      ],
    });
    const text = stripVTControlCharacters(output);
    expect(text).toMatch(/player \d wins .*\./);
    expect(status).toBe(0);
    const record = gameSchema.parse(JSON.parse(readFileSync(out, 'utf8').split('\n')[1] ?? ''));
    expect(record.seats.map(({ player }) => player)).toEqual(['me', 'random', 'heuristic']);
    expect(record.status).toBe('completed');
    expect(replay(gameOfRecord(record, out)).isOver).toBe(true);
  });

  it('changes seats by the pie rule', async () => {
    const { status, output } = await rrOnTerminal(
      ['play', '--board', 'square8', '--seats', 'random,me', '--swap-rule', '--seed', '2'],
      { script: [['moves> ', 'swap\r'], ['moves> ', 'resign\r'], FIRST_OF_LIST] },
    );
    expect(stripVTControlCharacters(output)).toContain('1 me');
    expect(status).toBe(0);
  });

  it('leaves on quit, on Ctrl-D and, with 130, on Ctrl-C', async () => {
    const play = (key: string) => rrOnTerminal(['play', '--board', 'hex8'], { script: [['moves> ', key]] });
    expect((await play('quit\r')).status).toBe(0);
    expect((await play('\u0004')).status).toBe(0);
    expect((await play('\u0003')).status).toBe(130);
  });

  it('steps through a game with rr show', async () => {
    const { status, output } = await rrOnTerminal(['show', '--board', 'hex8', '--seed', '3'], {
      script: [
        ['0/', '\u001b[C\u001b[C'],
        ['2/', '\u001b[F'],
        ['wins', '\u001b[H'],
        ['0/', 'l'],
        ['+', 'q'],
      ],
    });
    expect(status).toBe(0);
    expect(output).toContain('\u001b[?1049h');
    // what is typed after that is echoed by the terminal
    expect(output).toMatch(/\?1049lq*$/);
  });
});

describe('rr play in a pipe', () => {
  it('plays the first game of docs/rules.md as it is written there', async () => {
    const input = readFileSync(join(REPO_ROOT, 'docs', 'first-game.txt'), 'utf8');
    const { status, stderr } = await rr(['play', '--board', 'square8', '--seats', 'me,me'], { input });
    expect(status).toBe(0);
    expect(stderr).toContain('player 2 wins by resignation');
    // every line was a move
    expect(stderr).not.toMatch(/No legal move|There is no|^ +1 [a-z]\d/m);
  });

  it('says before the game that it could not keep it', async () => {
    const { status, stdout, stderr } = await rr(['play', '--board', 'hex8', '--out', folder], { input: 'e5\n' });
    expect(stderr).toBe(`rr play: ${folder}: is a folder; name a file\n`);
    expect([status, stdout]).toEqual([2, '']);
  });

  it('talks on stderr and writes the record to stdout', async () => {
    const input = 'e5\n1\nresign\n';
    const { status, stdout, stderr } = await rr(['play', '--board', 'hex8', '--seats', 'me,random', '--seed', '1'], {
      input,
    });
    expect(status).toBe(0);
    expect(stderr).toContain('player 2 wins by resignation');
    const [, record] = stdout.trim().split('\n');
    const game = gameSchema.parse(JSON.parse(record ?? ''));
    expect(game).toMatchObject({ outcome: 'resignation', winner: 2 });
    expect(game.moves[0]).toMatchObject({ type: 'place_ring', player: 1 });
  });

  it('lets networks play to the end', async () => {
    const data = ['--board', 'hex8', '--data', join(folder, 'nets')];
    const made = await rr(['model', 'init', ...data, '--arch', 'nano', '--seed', '1']);
    const { hash } = JSON.parse(made.stdout.split('\n')[1] ?? '');
    const seats = ['--seats', 'gumbel,gumbel', '--model', hash, '--budget', '2', '--seed', '1'];
    const { status, stdout } = await rr(['play', ...data, ...seats]);
    expect(status).toBe(0);
    expect(gameSchema.parse(JSON.parse(stdout.split('\n')[1] ?? '')).status).toBe('completed');
  });

  it('writes nothing when the person leaves', async () => {
    expect(await rr(['play', '--board', 'hex8'], { input: 'e5\n' })).toMatchObject({ status: 0, stdout: '' });
  });

  it.each([
    [['--board', 'hex8', '--seats', 'me'], /names 1, the game has 2 seats/],
    [['--board', 'hex8', '--seats', 'me,heuristik'], /did you mean 'heuristic'/],
    [['--board', 'hex8', '--seats', 'me,gumbel', '--data', folder], /no model|production/],
    [['--board', 'hex8', '--seats', 'me,random', '--model', 'nofile'], /nobody here plays with a network/],
    [['--board', 'hex8', '--model', 'nofile', '--data', folder], /no model 'nofile'/],
    [['--config', 'hex8_3p', '--swap-rule'], /--swap-rule is for two players/],
    [['--board', 'hex8', '--hints', 'nobody'], /no player 'nobody'/],
  ])('%j: one clear line', async (args, message) => {
    const { status, stderr } = await rr(['play', ...args]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });
});
