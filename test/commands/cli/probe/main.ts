import { enableCompileCache } from 'node:module';

enableCompileCache();
const { leave } = await import('../../../../src/commands/cli/leave.ts');
const { runCommand } = await import('../../../../src/commands/cli/run.ts');

const entry = {
  name: 'probe',
  group: 'Operate',
  purpose: 'exercise the base command',
  load: () => import('./command.ts'),
} as const;
await leave(await runCommand(entry, process.argv.slice(2), { commands: [entry], topics: {} }));
