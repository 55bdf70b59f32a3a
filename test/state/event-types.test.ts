/** Every type of event is written somewhere and read somewhere, and nothing else is. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EVENT_TYPE_NAMES, EVENT_TYPES, type EventType } from '../../src/state/store/event-types.ts';
import { REPO_ROOT } from '../run.ts';

/** Readers of one type by name. All types are read by `rr events`, synced and counted by `rr metrics`. */
const SPECIAL_READERS: Partial<Record<EventType, readonly string[]>> = {
  model_registered: ['src/control/facts/models.ts'],
  data_synced: ['src/sync/history.ts'],
  sync_failed: ['src/sync/history.ts'],
};

const sources = new Map(
  readdirSync(join(REPO_ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [`src/${name}`, readFileSync(join(REPO_ROOT, 'src', name), 'utf8')]),
);
const DEFINITIONS = 'src/state/store/event-types.ts';

const filesWith = (pattern: RegExp): string[] =>
  [...sources].filter(([name, text]) => name !== DEFINITIONS && pattern.test(text)).map(([name]) => name);

test.each(EVENT_TYPE_NAMES)('%s has a producer', (type) => {
  const made = new RegExp(`(type: |tell\\(|\\? |: )'${type}'`);
  expect(filesWith(made)).not.toEqual([]);
  for (const reader of SPECIAL_READERS[type] ?? []) expect(sources.get(reader)).toContain(`'${type}'`);
});

test('what is made or read by name is a type', () => {
  const named = [...sources.values()].flatMap((text) => [
    ...[...text.matchAll(/tell\('(\w+)'/g)].map(([, name]) => name),
    ...[...text.matchAll(/factsOf\(\w+, '(\w+)'\)/g)].map(([, name]) => name),
  ]);
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((name) => !EVENT_TYPE_NAMES.includes(name as EventType))).toEqual([]);
});

test.each(EVENT_TYPE_NAMES)('%s is named by fields that it has', (type) => {
  const { keys, facts, says } = EVENT_TYPES[type];
  expect(Object.keys(facts.shape)).toEqual(expect.arrayContaining([...keys]));
  expect(keys.length).toBeGreaterThan(0);
  expect(says).not.toMatch(/\.$/);
});
