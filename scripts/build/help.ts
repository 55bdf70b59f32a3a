/** Help pages made once, at build time: a built `rr COMMAND --help` loads neither the command nor the flag parser. */

import { HELP_WIDTHS } from '../../src/commands/cli/help-pages.ts';
import { commandHelp } from '../../src/commands/cli/oclif.ts';
import { COMMANDS } from '../../src/commands/table.ts';

/** Pages by command and width. */
export async function helpPages(): Promise<Record<string, Record<number, string>>> {
  const pages: Record<string, Record<number, string>> = {};
  for (const { name, purpose, load } of COMMANDS) {
    const { default: source } = await load();
    pages[name] = Object.fromEntries(HELP_WIDTHS.map((width) => [width, commandHelp(name, purpose, source, width)]));
  }
  return pages;
}
