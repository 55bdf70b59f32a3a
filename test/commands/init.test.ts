/** `rr init`: the questions, and what it writes. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { askMissing, type Known } from '../../src/commands/init/questions.ts';
import { parseConfigKey } from '../../src/engine/config-key.ts';
import { temporaryFolder } from '../io/folder.ts';
import { hasPython, noteMissingTerminal, rrOnTerminal } from '../pty.ts';
import { rr } from '../run.ts';

const usual = { game: parseConfigKey('hex8_2p'), minutes: 30, cores: 8, gpu: false };
const NOTHING = { game: undefined, minutes: undefined, cores: undefined, gpu: undefined };

/** Answers in turn; undefined: the person leaves. */
async function conversation(answers: readonly string[], given: Known['given'] = NOTHING) {
  const said: string[] = [];
  const asked: string[] = [];
  const answer = await askMissing(
    { given, usual },
    {
      say: (text) => said.push(text),
      ask: async (prompt) => {
        asked.push(prompt);
        return answers[asked.length - 1];
      },
    },
  );
  return { answer, asked, said };
}

describe('the questions', () => {
  it('are five, and Enter takes what is usual', async () => {
    const { answer, asked } = await conversation(['', '', '', '', '']);
    expect(answer).toEqual(usual);
    expect(asked).toHaveLength(5);
  });

  it('take answers', async () => {
    const { answer } = await conversation(['square8', '3', '5', '2', 'yes']);
    expect(answer).toEqual({ game: parseConfigKey('square8_3p'), minutes: 5, cores: 2, gpu: true });
  });

  it('are asked again after an answer that cannot be', async () => {
    const { answer, said } = await conversation(['hex9', 'hex8', '5', '2', '0', '30', '9', '8', 'perhaps', 'no']);
    expect(answer).toEqual(usual);
    expect(said.join('\n')).toMatch(
      /no board 'hex9'[\s\S]*5 players[\s\S]*'0' is not[\s\S]*from 1 to 8[\s\S]*neither yes nor no/,
    );
  });

  it('are left out where a flag has answered', async () => {
    const { answer, asked } = await conversation([], { ...usual });
    expect(answer).toEqual(usual);
    expect(asked).toEqual([]);
  });

  it('end when the person leaves', async () => {
    expect((await conversation(['hex8', '2'])).answer).toBeUndefined();
  });
});

const folder = temporaryFolder();
const FAST = ['--minutes', '10', '--cores', '1', '--seconds', '1'];

describe('rr init', () => {
  it('writes settings that the other commands then go by, and keeps what else stands there', async () => {
    writeFileSync(join(folder, 'rr.yaml'), '# ours\ntraining:\n  lr: 0.01 # slow\n');
    const { status, stdout, stderr } = await rr(['init', '--config', 'square8_3p', ...FAST], { cwd: folder });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/"type":"settings"/);
    const text = readFileSync(join(folder, 'rr.yaml'), 'utf8');
    expect(text).toMatch(/^# ours\ntraining:\n {2}lr: 0.01 # slow\n/);
    const written: unknown = parse(text);
    expect(written).toMatchObject({
      game: { config: 'square8_3p' },
      selfplay: { workers: 1, batch: expect.any(Number), 'games-in-flight': expect.any(Number) },
      loop: { provider: 'cpu', 'train-seconds': 150, games: { square8_3p: expect.any(Number) } },
    });
    const unasked = await rr(['elo', 'ls', '--format', 'table'], { cwd: folder });
    expect(unasked).toMatchObject({ status: 4, stdout: expect.stringContaining('square8_3p') });
    const loop = await rr(['loop', '--dry-run', '--format', 'table'], { cwd: folder });
    expect(loop.stdout).toContain('--config square8_3p');
  });

  noteMissingTerminal();
  it.skipIf(!hasPython)('asks on a terminal', async () => {
    const place = join(folder, 'asked');
    mkdirSync(place);
    const script = [
      ['[hex8]>', 'square8\r'],
      ['[2]>', '\r'],
      ['[no]>', '\r'],
    ] as const;
    const { status, output } = await rrOnTerminal(['init', ...FAST], { script, cwd: place });
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
    expect(output).toContain('Next: rr loop');
    expect(readFileSync(join(place, 'rr.yaml'), 'utf8')).toContain('config: square8_2p');
  });
});
