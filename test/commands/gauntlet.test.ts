import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { type MatchRecord, matchSchema, type VerdictRecord, verdictSchema } from '../../src/arena/records.ts';
import { writeModel } from '../../src/net/model/file.ts';
import { finished, RR, rr, start } from '../run.ts';
import { untrainedModel } from '../search/models.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-gauntlet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BASE = ['--config', 'hex8_2p', '--candidate', 'heuristic', '--data', folder, '--seed', '5'];

const linesOf = (stdout: string, type: string): unknown[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith(`{"type":"${type}"`))
    .map((line) => JSON.parse(line));

const verdictsOf = (stdout: string): VerdictRecord[] =>
  linesOf(stdout, 'verdict').map((record) => verdictSchema.parse(record));

/** Matches by number, without the time they ended. */
const matchesOf = (stdout: string): MatchRecord[] =>
  linesOf(stdout, 'match')
    .map((record): MatchRecord => ({ ...matchSchema.parse(record), at: 0 }))
    .sort((a, b) => a.index - b.index);

/** A bot in JavaScript: `answer` sees the question as `m` and returns the line to write, or nothing. */
function bot(name: string, answer: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `import { createInterface } from 'node:readline';
createInterface({ input: process.stdin }).on('line', (line) => {
  const m = JSON.parse(line);
  if (m.type === 'hello') console.log('{"type":"ready"}');
  if (m.type === 'choose') { const reply = (() => { ${answer} })(); if (reply) console.log(JSON.stringify(reply)); }
  if (m.type === 'quit') process.exit(0);
});
`,
  );
  return `cmd:${process.execPath} ${path}`;
}

describe('rr gauntlet', () => {
  test('plays pairs from shared openings, the same for any number of workers', async () => {
    const args = ['gauntlet', ...BASE, '--against', 'random', '--against', 'heuristic-light', '--games', '8'];
    const one = await rr([...args, '--workers', '1']);
    const two = await rr([...args, '--workers', '2', '--no-record']);
    expect(one.stderr).not.toContain('rr gauntlet:');
    expect(one.status).toBe(0);
    const matches = matchesOf(one.stdout);
    expect(matches).toHaveLength(16);
    expect(matchesOf(two.stdout)).toEqual(matches);
    for (const { block, candidateSeat, index, seats } of matches) {
      expect(candidateSeat).toBe((index % 2) + 1);
      expect(seats[candidateSeat - 1]).toBe('heuristic');
      expect(matches.filter((other) => other.block === block)).toHaveLength(4);
    }
    for (const verdict of verdictsOf(one.stdout)) {
      expect(verdict).toMatchObject({ games: 8, complete: true });
      expect(verdict.bySeat.map(({ games }) => games)).toEqual([4, 4]);
      expect(verdict.wilson.low).toBeLessThanOrEqual(verdict.winRate);
    }
    // the results count for the ratings, once
    const rated = await rr(['elo', 'ls', '--config', 'hex8_2p', '--data', folder]);
    expect(linesOf(rated.stdout, 'rating')).toHaveLength(3);
    expect((await rr(['elo', 'record', '-', '--data', folder], { input: one.stdout })).status).toBe(4);
  });

  test('networks: the same games whether workers share them or have their own, and the header says where', async () => {
    const [one, two] = [1, 2].map((seed) => {
      const path = join(folder, `net${seed}.onnx`);
      writeFileSync(path, writeModel(untrainedModel('square8', 2, 'nano', seed)));
      return path;
    });
    const args = ['gauntlet', '--config', 'square8_2p', '--candidate', `${one}`, '--against', `${two}@policy-only`];
    const rest = ['--against', 'random', '--games', '4', '--budget', '4', '--max-moves', '40', '--seed', '3'];
    const where = ['--no-record', '--data', folder, '--workers', '2'];
    const own = await rr([...args, ...rest, ...where]);
    const shared = await rr([...args, ...rest, ...where, '--inference', 'shared']);
    expect(own.stderr).not.toContain('rr gauntlet:');
    expect(shared.stderr).not.toContain('rr gauntlet:');
    expect(matchesOf(own.stdout)).toHaveLength(8);
    expect(matchesOf(shared.stdout)).toEqual(matchesOf(own.stdout));
    expect(linesOf(own.stdout, 'header')).toMatchObject([{ provider: 'cpu', inference: 'own' }]);
    expect(linesOf(shared.stdout, 'header')).toMatchObject([{ provider: 'cpu', inference: 'shared' }]);
  });

  test.each([
    [['--provider', 'cpu', '--require-gpu'], /--provider cpu was asked/],
    [['--provider', 'cpu', '--device', '1'], /--device 1 needs a GPU/],
  ])('refuses %j for networks', async (flags, message) => {
    const path = join(folder, 'net.onnx');
    writeFileSync(path, writeModel(untrainedModel('square8', 2)));
    const args = ['gauntlet', '--config', 'square8_2p', '--candidate', path, '--against', 'random', '--data', folder];
    const { status, stderr, stdout } = await rr([...args, ...flags]);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
    expect(stdout).toBe('');
  });

  test('flags about networks are refused where nobody has one', async () => {
    const { status, stderr } = await rr(['gauntlet', ...BASE, '--against', 'random', '--provider', 'cpu']);
    expect(stderr).toMatch(/--provider: none of the players uses a network/);
    expect(status).toBe(2);
  });

  test('a model of another config is refused by name', async () => {
    const path = join(folder, 'other.onnx');
    writeFileSync(path, writeModel(untrainedModel('square8', 3)));
    const args = ['gauntlet', '--config', 'square8_2p', '--candidate', path, '--against', 'random', '--data', folder];
    for (const inference of ['own', 'shared']) {
      const { status, stderr } = await rr([...args, '--inference', inference]);
      expect(stderr).toMatch(/trained for square8_3p, not for square8_2p/);
      expect(status).toBe(78);
    }
  });

  test('three players: full rotations', async () => {
    const args = ['gauntlet', '--config', 'square8_3p', '--candidate', 'heuristic', '--data', folder, '--no-record'];
    const { stdout, status } = await rr([...args, '--against', 'random', '--games', '5', '--seed', '2']);
    expect(status).toBe(0);
    const [verdict] = verdictsOf(stdout);
    expect(verdict?.games).toBe(6);
    expect(verdict?.bySeat.map(({ games }) => games)).toEqual([2, 2, 2]);
  });

  test('killed and resumed it has the games of one that ran through', async () => {
    const out = join(folder, 'killed.db');
    const args = ['gauntlet', ...BASE, '--against', 'random', '--games', '60', '--no-record', '--workers', '2'];
    const child = start(process.execPath, [RR, ...args, '--out', out]);
    const ended = finished(child);
    await sleep(1500);
    child.kill('SIGKILL');
    await ended;
    const resumed = await rr([...args, '--out', out, '--resume']);
    const whole = await rr(args);
    expect(resumed.status).toBe(0);
    expect(matchesOf(resumed.stdout)).toEqual(matchesOf(whole.stdout));
    expect(verdictsOf(resumed.stdout)).toEqual(verdictsOf(whole.stdout));
    expect((await rr([...args, '--out', out, '--resume'])).status).toBe(4);
  });

  test('shards merged and continued have the games of one that ran through', async () => {
    const args = ['gauntlet', ...BASE, '--against', 'random', '--games', '14', '--no-record', '--workers', '1'];
    const test = ['--test', 'heuristic-light', '--test-games', '6'];
    const parts = [0, 1, 2].map((shard) => join(folder, `shard.${shard}.db`));
    for (const [shard, out] of parts.entries()) {
      const part = await rr([...args, ...test, '--out', out, '--resume', '--shard', `${shard}/3`]);
      expect(part.status).toBe(0);
      // sequential tests need the games in order
      expect(new Set(matchesOf(part.stdout).map(({ opponent }) => opponent))).toEqual(new Set(['random']));
      expect(verdictsOf(part.stdout).map(({ complete }) => complete)).toEqual([false, false]);
    }
    const out = join(folder, 'shards.db');
    expect((await rr(['db', 'merge', out, ...parts])).status).toBe(0);
    const merged = await rr([...args, ...test, '--out', out, '--resume']);
    const whole = await rr([...args, ...test]);
    expect(matchesOf(merged.stdout)).toEqual(matchesOf(whole.stdout));
    expect(verdictsOf(merged.stdout)).toEqual(verdictsOf(whole.stdout));
  });

  test('says how to go on when it is stopped', async () => {
    const out = join(folder, 'stopped.db');
    const args = ['gauntlet', ...BASE.slice(0, -2), '--against', 'mcts_medium', '--games', '400', '--no-record'];
    const { status, stderr } = await rr([...args, '--out', out, '--max-seconds', '2']);
    expect(status).toBe(124);
    expect(stderr).toMatch(/to continue: rr gauntlet .*--seed \d+ --resume/);
  });

  test('programs that hang, die, babble or cheat forfeit the game, and it is said', async () => {
    const good = bot('good', 'return { type: "move", id: m.id, index: 0 };');
    const bots = {
      illegal: bot('illegal', 'return { type: "move", id: m.id, index: m.moves.length };'),
      silent: bot('silent', 'return undefined;'),
      babbling: bot('babbling', 'console.log("hello there"); return undefined;'),
      dying: bot('dying', 'if (m.id > 3) process.exit(1); return { type: "move", id: m.id, index: 0 };'),
    };
    const against = [good, ...Object.values(bots)].flatMap((name) => ['--against', name]);
    const args = [
      'gauntlet',
      ...BASE,
      ...against,
      '--games',
      '2',
      '--move-seconds',
      '1',
      '--workers',
      '1',
      '--no-record',
    ];
    const { stdout, stderr, status } = await rr(args);
    expect(status).toBe(0);
    const forfeits = matchesOf(stdout).filter(({ reason }) => reason === 'forfeit');
    expect(forfeits).toHaveLength(8);
    for (const { candidateSeat, winner, forfeit } of forfeits) {
      expect(winner).toBe(candidateSeat);
      expect(forfeit?.seat).toBe(3 - candidateSeat);
    }
    const details = new Set(forfeits.map(({ forfeit }) => forfeit?.detail.split(' ').slice(0, 2).join(' ')));
    expect(details).toEqual(new Set(['chose move', 'gave no', 'wrote a', 'ended with']));
    expect(stderr.match(/ forfeits: /g)).toHaveLength(8);
    expect(verdictsOf(stdout).map(({ forfeits: counted }) => counted?.opponent)).toEqual([0, 2, 2, 2, 2]);
  });

  test('a program that cannot be started ends the gauntlet', async () => {
    const args = ['gauntlet', ...BASE, '--against', 'cmd:exit 3', '--games', '20', '--workers', '1', '--no-record'];
    const { status, stderr } = await rr(args);
    expect(status).toBe(2);
    expect(stderr).toContain("'exit 3' gave no answer in 3 starts");
  });

  test('a misspelt program forfeits nothing: no game is played', async () => {
    const { status, stdout, stderr } = await rr(['gauntlet', ...BASE, '--against', 'cmd:no-such-bot', '--games', '2']);
    expect(status).toBe(2);
    expect(stderr).toContain("'no-such-bot' cannot be started");
    expect(matchesOf(stdout)).toEqual([]);
  });

  test.each([
    [['--against', 'randon'], 2, 'random'],
    [['--against', 'nobody'], 2, "no player or model 'nobody'; a model"],
    [['--against', 'production'], 2, 'the pointer is not set'],
    [['--against', 'heuristic'], 2, 'against itself'],
    [['--against', 'random', '--against', 'random'], 2, 'named twice'],
    [['--test', 'random', '--elo0', '50', '--elo1', '10'], 2, 'must be below'],
    [['--test', 'random', '--alpha', '0.9'], 2, 'alpha'],
    [['--against', 'random', '--resume'], 2, '--resume needs'],
    [['--against', 'cmd:'], 2, 'needs a program'],
    [['--against', 'random@gumble:64'], 2, "'gumbel'"],
  ])('refuses %j', async (flags, code, words) => {
    const { status, stderr } = await rr(['gauntlet', ...BASE, ...flags, '--no-record']);
    expect(status).toBe(code);
    expect(stderr).toContain(words);
  });
});

describe('rr promote', () => {
  test.each([
    ['', 5, 'without a single record'],
    ['{"type":"header","schema":1,"command":"gauntlet"}\n', 5, 'without a summary'],
    ['{"type":"header","schema":1,"command":"gauntlet"}\n{"type":"summary"}\n', 2, 'no verdict records'],
  ])('refuses the stream %j', async (input, code, words) => {
    const { status, stderr } = await rr(['promote', '-', '--data', folder], { input });
    expect(status).toBe(code);
    expect(stderr).toContain(words);
  });

  test('only networks can be promoted, and only with verdicts about one config', async () => {
    const gauntlet = await rr(['gauntlet', ...BASE, '--against', 'random', '--games', '2', '--no-record']);
    const refused = await rr(['promote', '-', '--data', folder], { input: gauntlet.stdout });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('is no network');
    const other = await rr(['promote', '-', '--config', 'hex8_3p', '--data', folder], { input: gauntlet.stdout });
    expect(other.status).toBe(2);
    expect((await rr(['promote', '--rollback', '--config', 'hex8_2p', '--data', folder])).stderr).toContain(
      'no earlier',
    );
    expect((await rr(['promote', '--history', '--data', folder])).status).toBe(4);
  });
});
