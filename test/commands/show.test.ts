/** `rr show` as a program: sources, forms of output, errors. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stateToJson } from '../../src/engine/json/state.ts';
import { createRules } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';
import { rr } from '../run.ts';
import { FIXTURES } from '../shared.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-show-'));
afterAll(() => rmSync(folder, { recursive: true }));

const records = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('rr show', () => {
  it('plays the game of a seed and shows its end, the same each time', async () => {
    const args = ['show', '--board', 'hex8', '--players', '3', '--seed', '11'];
    const first = await rr(args);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect((await rr(args)).stdout).toBe(first.stdout);
    const [header, position, summary] = records(first.stdout);
    expect(header).toMatchObject({ type: 'header', command: 'show', config: 'hex8_3p' });
    expect(position).toMatchObject({ type: 'position', phase: 'game_over' });
    expect(summary).toMatchObject({ type: 'summary', positions: 1 });
  });

  it('prints every position on request', async () => {
    const { stdout } = await rr(['show', join(FIXTURES, 'traces', 'golden.jsonl.gz'), '--game', '2', '--all']);
    const plies = records(stdout).filter(({ type }) => type === 'position');
    expect(plies).toHaveLength(59);
    expect(plies.map(({ ply }) => ply)).toEqual(plies.map((_, i) => i));
  });

  it('reads positions, databases and stdin', async () => {
    const file = join(folder, 'position.json');
    const state = new State(createRules('square8', 2));
    state.pushTop(0, 1);
    writeFileSync(file, JSON.stringify(stateToJson(state), undefined, 2));
    expect((await rr(['show', file, '--format', 'table'])).stdout).toContain(' 1 ●1');
    const database = await rr(['show', join(FIXTURES, 'db', 'hex8_2p_swap.db.gz'), '--ply', '5', '--format', 'table']);
    expect(database.stdout).toContain('hex8 · 2 players · ply 5');
    const piped = await rr(['show', '-', '--format', 'table'], { input: JSON.stringify(stateToJson(state)) });
    expect(piped.stdout).toContain(' 1 ●1');
  });

  it('writes pictures and pages, to files and to stdout', async () => {
    const svg = join(folder, 'p.svg');
    const html = join(folder, 'g.html');
    const game = ['show', '--board', 'square8', '--seed', '4'];
    expect(await rr([...game, '--svg', svg, '--html', html])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect((await rr([...game, '--svg', '-'])).stdout).toBe(readFileSync(svg, 'utf8'));
  });

  it.each([
    [[], /show what\?/],
    [['nothing.db'], /nothing\.db: no such file/],
    [['package.json'], /package\.json: .*neither games nor a position/],
    [['a', '--seed', '1'], /do not go with a file/],
    [['--board', 'hex9'], /no board 'hex9' \(did you mean 'hex8'/],
    [['--board', 'hex8', '--seed', '1', '--ply', '99999'], /--ply 99999: the game has \d+ moves/],
    [['--board', 'hex8', '--seed', '1', '--player', 'heuristik'], /did you mean 'heuristic'/],
    [['--board', 'hex8', '--game', '1'], /--game needs a file/],
  ])('%j: one clear line', async (args, message) => {
    const { status, stdout, stderr } = await rr(['show', ...args]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect([2, 5]).toContain(status);
  });
});
