/** Every page of help fits the terminals it is made for, and breaks no word. */
import widthOf from 'string-width';
import { describe, expect, it } from 'vitest';
import { HELP_WIDTHS } from '../../../src/commands/cli/help-pages.ts';
import { commandHelp } from '../../../src/commands/cli/oclif.ts';
import { overview } from '../../../src/commands/cli/overview.ts';
import { CATALOGUE, COMMANDS, TOPICS } from '../../../src/commands/table.ts';

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
const tooLong = (page: string, width: number): string[] => page.split('\n').filter((line) => widthOf(line) > width);

describe.each(HELP_WIDTHS)('%i columns', (width) => {
  it.each(COMMANDS)('rr $name', async ({ name, purpose, load }) => {
    const { default: command } = await load();
    const page = commandHelp(name, purpose, command, width);
    expect(tooLong(page, width)).toEqual([]);
    const flags = Object.values({ ...command.flags, ...command.baseFlags }).filter(({ hidden }) => !hidden);
    const texts = [purpose, command.description ?? '', ...flags.map(({ description }) => description ?? '')];
    const shown = new Set(wordsOf(page));
    expect(texts.flatMap(wordsOf).filter((word) => !shown.has(word))).toEqual([]);
    // an example that is continued is still the example
    const examples = (command.examples ?? []).map(String);
    const joined = page.replace(/ \\\n +/g, ' ').replace(/\|\n +/g, '| ');
    expect(examples.filter((example) => !joined.includes(example))).toEqual([]);
  });

  it.each([undefined, ...Object.keys(TOPICS)])('the overview of %s', (topic) => {
    expect(tooLong(overview(CATALOGUE, width, topic), width)).toEqual([]);
  });
});
