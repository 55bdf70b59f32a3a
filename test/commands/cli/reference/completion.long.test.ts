/** Completion scripts in their own shells, and manual pages under man's own check. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bashCompletion } from '../../../../src/commands/cli/reference/bash.ts';
import { fishCompletion } from '../../../../src/commands/cli/reference/fish.ts';
import { commandPage, overviewPage } from '../../../../src/commands/cli/reference/man.ts';
import { type CommandSpec, commandSpecs } from '../../../../src/commands/cli/reference/spec.ts';
import { zshCompletion } from '../../../../src/commands/cli/reference/zsh.ts';
import { COMMANDS, TOPICS } from '../../../../src/commands/table.ts';
import { CONFIG_KEYS } from '../../../../src/engine/config-key.ts';
import { rr } from '../../../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
const has = (program: string, flag = '--version'): boolean => spawnSync(program, [flag]).error === undefined;
const shells = { bash: has('bash'), zsh: has('zsh'), fish: has('fish'), man: has('man') };
const missing = Object.entries(shells).filter(([, there]) => !there);
if (missing.length > 0) console.log(`skipped: not on this machine: ${missing.map(([name]) => name).join(', ')}`);

let specs: CommandSpec[];
beforeAll(async () => {
  specs = await commandSpecs(COMMANDS);
});

const run = (program: string, args: readonly string[], input = ''): string => {
  const { stdout, stderr, status } = spawnSync(program, [...args], { encoding: 'utf8', input });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
};

const HEX = CONFIG_KEYS.filter((key) => key.startsWith('hex'));

describe.skipIf(!shells.bash)('bash', () => {
  const complete = (...words: string[]): string[] => {
    const script = join(folder, 'rr.bash');
    writeFileSync(script, bashCompletion(specs, TOPICS));
    const line = words.map((word) => `'${word}'`).join(' ');
    const body = `source ${script}; COMP_WORDS=(rr ${line}); COMP_CWORD=${words.length}; _rr; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run('bash', ['--norc', '-c', body]).trim().split('\n');
  };

  it('completes commands, words of commands, flags and values', () => {
    expect(complete('sh')).toEqual(['show']);
    expect(complete('config', '')).toEqual(['show']);
    expect(complete('config', 'show', '--or')).toEqual(['--origin']);
    expect(complete('show', '--board', 'hex8')).toEqual(['hex8']);
    expect(complete('selfplay', '--config', 'hex')).toEqual(HEX);
    expect(complete('selfplay', '--config', '=', 'hex')).toEqual(HEX);
    expect(complete('selfplay', '--no-')).toEqual(['--no-swap-rule', '--no-color']);
  });
});

describe.skipIf(!shells.fish)('fish', () => {
  it('completes commands, flags and values, with what they mean', () => {
    const script = join(folder, 'rr.fish');
    writeFileSync(script, fishCompletion(specs, TOPICS));
    const complete = (line: string): string[] =>
      run('fish', ['--no-config', '-c', `source ${script}; complete -C '${line}'`])
        .trim()
        .split('\n');
    expect(complete('rr sh')).toEqual(['show\tdraw a position or step through a game']);
    expect(complete('rr config sh')[0]).toMatch(/^show\t/);
    expect(complete('rr show --ply 3 --leg')[0]).toMatch(/^--legal\t/);
    expect(complete('rr show --board hexa')[0]).toMatch(/^hexagonal\t/);
  });
});

describe.skipIf(!shells.zsh)('zsh', () => {
  it('is loaded by compinit and completes on a terminal', () => {
    writeFileSync(join(folder, '_rr'), zshCompletion(specs, TOPICS));
    // zpty is zsh's own pseudo-terminal: the only way to ask its completion what it would offer
    const body = `
      zmodload zsh/zpty
      ask() {
        zpty z zsh -f -i
        zpty -w z "PS1=; fpath=(${folder} \\$fpath); autoload -U compinit; compinit -u -d ${folder}/dump; unsetopt beep; echo rea''dy"
        zpty -r z out '*ready*'
        zpty -w -n z "$1"$'\\t'
        sleep 1
        zpty -w -n z $'\\C-a'"echo 'LINE: "$'\\C-e'"'"$'\\n'
        zpty -r z out '*LINE: *'
        print -r -- "$out"
        zpty -d z
      }
      ask 'rr selfp'
      ask 'rr config show --orig'
      ask 'rr show --board hexa'`;
    const output = run('zsh', ['-f', '-c', body]);
    expect(output).toContain('rr selfplay');
    expect(output).toContain('rr config show --origin');
    expect(output).toContain('rr show --board hexagonal');
  });
});

describe.skipIf(!shells.man)('manual', () => {
  it('formats without a warning and says what help says', () => {
    for (const spec of specs) {
      const file = join(folder, 'page.1');
      writeFileSync(file, commandPage(spec));
      const { stdout, stderr } = spawnSync('man', ['--warnings', '-P', 'cat', '-l', file], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C.UTF-8', MANWIDTH: '200' },
      });
      expect(stderr).toBe('');
      expect(stdout).toContain(spec.purpose);
      for (const { name } of spec.flags) expect(stdout).toContain(`--${name}`);
    }
    expect(overviewPage(specs)).toContain('.BR rr-selfplay (1)');
  });

  it('is printed by rr man, and names the nearest command', async () => {
    expect((await rr(['man', 'show'])).stdout).toMatch(/^\.TH RR-SHOW 1/);
    const { status, stderr } = await rr(['man', 'shwo']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/did you mean 'show'/);
  });
});
