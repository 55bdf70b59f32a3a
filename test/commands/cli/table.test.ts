import { expect, it } from 'vitest';
import { GROUPS } from '../../../src/commands/cli/groups.ts';
import { COMMANDS, TOPICS } from '../../../src/commands/table.ts';

it('names every command once, in a known group, and loads it', async () => {
  const names = COMMANDS.map((command) => command.name);
  expect(new Set(names).size).toBe(names.length);
  for (const command of COMMANDS) {
    expect(GROUPS).toContain(command.group);
    expect((await command.load()).default, command.name).toBeTypeOf('function');
    const [topic, rest] = command.name.split(' ');
    if (rest !== undefined) expect(TOPICS).toHaveProperty(topic);
  }
});
