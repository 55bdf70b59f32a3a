/** `rr --help` and `rr TOPIC --help`: made from the command table alone, so that nothing else has to be loaded. */

import { hanging } from '../../core/hanging.ts';
import { VERSION } from '../../core/version.ts';
import type { Catalogue, CommandEntry } from './base.ts';
import { GROUPS } from './groups.ts';

/** The page as text of at most `columns`, ending in a newline. `topic` limits it to commands that begin with that word. */
export function overview({ commands, topics }: Catalogue, columns: number, topic?: string): string {
  const shown = topic === undefined ? commands : commands.filter((entry) => entry.name.startsWith(`${topic} `));
  const width = Math.max(0, ...shown.map((entry) => entry.name.length)) + 2;
  const line = (entry: CommandEntry): string => hanging(`  ${entry.name.padEnd(width)}`, entry.purpose, columns);
  if (topic !== undefined) {
    return `rr ${topic}: ${topics[topic] ?? 'several commands'}\n\n${shown.map(line).join('\n')}\n\nFlags and examples: rr ${topic} COMMAND --help\n`;
  }
  const blocks = GROUPS.flatMap((group) => {
    const members = shown.filter((entry) => entry.group === group);
    return members.length === 0 ? [] : [`${group}\n${members.map(line).join('\n')}`];
  });
  return `rr ${VERSION}: self-play training for RingRift from a shell

Usage: rr COMMAND [FLAGS]

${blocks.join('\n\n')}

Every command
  --help               its flags and examples
  --format FORMAT      table on a terminal, ndjson into a pipe
  --no-color           no colours (NO_COLOR does the same)
  --log-json           progress and errors on stderr as JSON lines
  --ok-codes LIST      exit statuses to turn into 0, such as 4,75 (for cron)
  --grace SECONDS      time to flush after SIGINT or SIGTERM (20)

No command
  --version            the version of rr
  --licenses           the licence of rr, and those of the work of others inside
`;
}
