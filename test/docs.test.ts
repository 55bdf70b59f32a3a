/** What the pages say about files, commands, flags and exit codes is so. Their links lead somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandSpecs } from '../src/commands/cli/reference/spec.ts';
import { resolveCommand } from '../src/commands/cli/resolve.ts';
import { COMMANDS } from '../src/commands/table.ts';
import { EXIT_CODES } from '../src/core/errors.ts';
import { BOARD_SPECS, BOARDS, effectiveLineLength, PLAYER_COUNTS } from '../src/engine/boards.ts';
import { createRules, type Rules } from '../src/engine/rules.ts';
import { REPO_ROOT } from './run.ts';

const pages = [
  ...readdirSync(REPO_ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(REPO_ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const text = (page: string): string => readFileSync(join(REPO_ROOT, page), 'utf8');
const specs = new Map((await commandSpecs(COMMANDS)).map((spec) => [spec.name, spec]));

describe.each(pages)('%s', (page) => {
  it('has links that lead somewhere', () => {
    for (const [, target = ''] of text(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      expect(existsSync(resolve(REPO_ROOT, dirname(page), target)) ? '' : target).toBe('');
    }
  });

  it('names files that are there', () => {
    const named = [...text(page).matchAll(/`((?:src|test|docs|examples|scripts|config|bin)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.filter((path) => !existsSync(join(REPO_ROOT, path)))).toEqual([]);
  });

  it('names commands and flags that exist', () => {
    for (const command of commandsOf(text(page))) {
      const request = resolveCommand(command.split(/\s+/).slice(1), COMMANDS);
      expect(request.kind === 'error' ? command : '').toBe('');
      if (request.kind !== 'command') continue;
      const flags = specs.get(request.entry.name)?.flags ?? [];
      const known = flags.flatMap(({ name, negatable }) => [`--${name}`, ...(negatable ? [`--no-${name}`] : [])]);
      const own = command.split(/\s--(?=\s|$)/)[0] ?? '';
      const typed = [...own.matchAll(/\s(--[a-z][\w-]*)/g)].map(([, flag = '']) => flag);
      expect(typed.filter((flag) => !known.includes(flag) && flag !== '--help')).toEqual([]);
    }
  });
});

/** Every `rr …` of the shell blocks, up to the next pipe or redirection, comments and continuations resolved. */
function commandsOf(page: string): string[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block.replace(/\\\n\s*/g, ' '));
  return blocks
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => line.replace(/(^|\s)#.*$/, '').split(/\||&&|;|>|<|\$\(/))
    .map((part) => /(?:^|\s)(?:npx )?(rr( .*)?)$/.exec(part.trim())?.[1])
    .filter((part) => part !== undefined);
}

it('docs/commands.md lists every command and every exit status', () => {
  const page = text('docs/commands.md');
  for (const { name, purpose } of COMMANDS) expect(page).toContain(`| \`rr ${name}\` | ${purpose} |`);
  const table = [...page.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, code = '', meaning = '']) => [code, meaning]);
  expect(table).toEqual(Object.entries(EXIT_CODES));
});

it('the README lists every room of the source', () => {
  const rooms = [...text('README.md').matchAll(/^\| `src\/(\w+)\/` \|/gm)].map(([, room = '']) => room);
  const folders = readdirSync(join(REPO_ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(rooms.toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
});

it('the table of boards in docs/rules.md is that of the engine', () => {
  const rows = new Map(
    text('docs/rules.md')
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, name = '', ...cells]) => [name.replace(/,? ?(?:\(.*\)|2 \/ 3 \/ 4 players)$/, ''), cells.slice(0, -1)]),
  );
  const specs = BOARDS.map((board) => BOARD_SPECS[board]);
  const byPlayers = (of: (rules: Rules) => number) =>
    BOARDS.map((board) => PLAYER_COUNTS.map((players) => of(createRules(board, players))).join(' / '));
  expect({
    cells: rows.get('cells'),
    radius: rows.get('radius')?.map((cell) => (cell === '–' ? 0 : Number(cell))),
    rings: rows.get('rings per player'),
    lines: rows.get('length of a line, 2 players'),
    linesOfMore: rows.get('length of a line, 3 or 4 players')?.map((cell) => cell[0]),
    bases: rows.get('shortest run the line finder sees'),
    ringsOut: rows.get('rings out that win'),
    territory: rows.get('cells that win'),
  }).toEqual({
    cells: specs.map(({ cells }) => String(cells)),
    radius: specs.map(({ radius }) => radius),
    rings: specs.map(({ ringsPerPlayer }) => String(ringsPerPlayer)),
    lines: BOARDS.map((board) => String(effectiveLineLength(board, 2))),
    linesOfMore: BOARDS.map((board) => String(effectiveLineLength(board, 3))),
    bases: specs.map(({ baseLineLength }) => String(baseLineLength)),
    ringsOut: byPlayers(({ victoryThreshold }) => victoryThreshold),
    territory: byPlayers(({ territoryMinimum }) => territoryMinimum),
  });
});

it('decisions are numbered one after the other, in name and heading', () => {
  const names = readdirSync(join(REPO_ROOT, 'docs', 'decisions')).sort();
  names.forEach((name, i) => {
    expect(name).toMatch(new RegExp(`^${String(i + 1).padStart(4, '0')}-`));
    expect(text(join('docs', 'decisions', name))).toMatch(
      new RegExp(`^# ${i + 1}\\. .+\\n\\n\\*\\*Context\\.\\*\\* [\\s\\S]*\\n\\n\\*\\*Choice\\.\\*\\* `),
    );
  });
});
