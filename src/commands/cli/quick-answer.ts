/** What `rr` can answer without loading any command: its version, the list of commands, help that a build prepared. */

import { VERSION } from '../../core/version.ts';
import type { Catalogue } from './base.ts';
import { asksForHelp, helpWidth, preparedHelp } from './help-pages.ts';
import { overview } from './overview.ts';
import { resolveCommand } from './resolve.ts';

/** The text to print on stdout, or undefined when there is more to do. `columns`: width of the terminal, if it is one. */
export function quickAnswer(
  argv: readonly string[],
  columns: number | undefined,
  catalogue: Catalogue,
): string | undefined {
  const first = argv[0];
  if (first === '--version' || first === '-V' || first === 'version') return `rr ${VERSION}\n`;
  const request = resolveCommand(argv, catalogue.commands);
  if (request.kind === 'help') return overview(catalogue, helpWidth(columns), request.topic);
  if (request.kind === 'command' && asksForHelp(request.argv)) return preparedHelp(request.entry.name, columns);
  return undefined;
}
