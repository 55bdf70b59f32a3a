import { leave } from '../../../src/commands/leave.ts';
import { runCommand } from '../../../src/commands/run.ts';

const entry = {
  name: 'probe',
  group: 'Operate',
  purpose: 'exercise the base command',
  load: () => import('./command.ts'),
} as const;
await leave(await runCommand(entry, process.argv.slice(2)));
