/** What `rr` can answer without loading any command: its version, the list of commands, help that a build prepared. */

import { VERSION } from '../../core/version.ts';
import { asksForHelp, preparedHelp } from './help-pages.ts';
import { overview } from './overview.ts';
import { resolveCommand } from './resolve.ts';

/** The text to print on stdout, or undefined when there is more to do. `columns`: width of the terminal, if it is one. */
export function quickAnswer(argv: readonly string[], columns: number | undefined): string | undefined {
  const first = argv[0];
  if (first === '--version' || first === '-V' || first === 'version') return `rr ${VERSION}\n`;
  const request = resolveCommand(argv);
  if (request.kind === 'help') return overview(request.topic);
  if (request.kind === 'command' && asksForHelp(request.argv)) return preparedHelp(request.entry.name, columns);
  return undefined;
}
