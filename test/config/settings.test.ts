import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { environmentName } from '../../src/config/layers.ts';
import { knobPaths } from '../../src/config/schema-keys.ts';
import { resolveSettings, type SettingSources } from '../../src/config/settings.ts';
import { TOPIC_SCHEMAS, TOPICS } from '../../src/config/topics.ts';
import { RrError } from '../../src/core/errors.ts';
import { REPO_ROOT, rr } from '../run.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'rr-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const project = (text: string): void => writeFileSync(join(cwd, 'rr.yaml'), text);
const resolve = (sources: SettingSources = {}) => resolveSettings('selfplay', { cwd, env: {}, ...sources });

function failure(sources: SettingSources = {}): string {
  try {
    resolve(sources);
  } catch (error) {
    return error instanceof RrError ? `${error.code} ${error.exit} ${error.message}` : String(error);
  }
  return 'none';
}

test('each layer wins over those below it, and says where it stands', () => {
  expect(resolve().settings.games).toBe(100);
  expect(resolve().origins.get('games')).toMatchObject({ layer: 'default', where: 'config/selfplay.yaml:5' });
  project('# mine\nselfplay:\n  games: 7\n');
  expect(resolve().origins.get('games')).toMatchObject({ value: 7, layer: 'project', where: 'rr.yaml:3' });
  const env = { RR_SELFPLAY_GAMES: '8' };
  expect(resolve({ env }).origins.get('games')).toMatchObject({
    value: 8,
    layer: 'environment',
    where: 'RR_SELFPLAY_GAMES',
  });
  const flags = { games: 9 };
  expect(resolve({ env, flags }).origins.get('games')).toMatchObject({ value: 9, layer: 'flag', where: '--games' });
  expect(resolve({ env, flags }).settings.games).toBe(9);
  expect(resolve({ env, flags: { games: undefined } }).settings.games).toBe(8);
});

test('the original name is a fallback of the environment', () => {
  expect(resolve({ env: { RINGRIFT_SELFPLAY_GAMES: '5' } }).settings.games).toBe(5);
  expect(resolve({ env: { RINGRIFT_SELFPLAY_GAMES: '5', RR_SELFPLAY_GAMES: '6' } }).settings.games).toBe(6);
  expect(resolve({ env: { RINGRIFT_SELFPLAY_OTHER: '5' } }).settings.games).toBe(100);
});

test('values per config are merged key by key', () => {
  project('selfplay:\n  max-moves: {hex8_2p: 50}\n');
  const env = { RR_SELFPLAY_MAX_MOVES_SQUARE8_2P: '60' };
  const { settings } = resolve({ env, flags: { 'max-moves': { hex8_3p: 70 } } });
  expect(settings['max-moves']).toMatchObject({ hex8_2p: 50, square8_2p: 60, hex8_3p: 70, hex8_4p: 1400 });
});

describe('what is refused', () => {
  test.each([
    ['selfplay:\n  gmaes: 3\n', "CONFIG_UNKNOWN_KEY 78 rr.yaml:2: unknown key 'gmaes' (did you mean 'games'?)"],
    ['selfply:\n  games: 3\n', "CONFIG_UNKNOWN_KEY 78 rr.yaml:1: unknown key 'selfply' (did you mean 'selfplay'?)"],
    [
      'selfplay:\n  max-moves:\n    hex_2p: 3\n',
      "CONFIG_UNKNOWN_KEY 78 rr.yaml:3: unknown key 'max-moves.hex_2p' (did you mean 'max-moves.hex8_2p'?)",
    ],
    ['selfplay:\n  games: many\n', 'CONFIG_INVALID 78 rr.yaml:2: games: expected number, received string'],
    ['selfplay:\n  games: 0\n', 'CONFIG_INVALID 78 rr.yaml:2: games: expected number to be >=1'],
    ['selfplay:\n  max-moves: 3\n', 'CONFIG_INVALID 78 rr.yaml:2: '],
    ['selfplay: 3\n', 'CONFIG_INVALID 78 rr.yaml:1: the topic takes keys: games, engine'],
    ['- selfplay\n', 'CONFIG_INVALID 78 rr.yaml: expected one section per topic'],
    ['selfplay:\n  games: 1\n  games: 2\n', 'CONFIG_INVALID 78 rr.yaml:3: '],
    ['selfplay:\n  games: [1\n', 'CONFIG_INVALID 78 rr.yaml:'],
  ])('%j', (text, message) => {
    project(text);
    expect(failure()).toContain(message);
  });

  test('a misspelt or bad variable', () => {
    expect(failure({ env: { RR_SELFPLAY_WORKRS: '2' } })).toContain(
      "'RR_SELFPLAY_WORKRS' (did you mean 'RR_SELFPLAY_WORKERS'?)",
    );
    expect(failure({ env: { RR_SELFPLAY_WORKERS: 'x' } })).toContain(
      'CONFIG_INVALID 78 RR_SELFPLAY_WORKERS: workers: ',
    );
  });

  test('a bad flag is wrong usage, not bad configuration', () => {
    expect(failure({ flags: { games: 0 } })).toBe('USAGE 2 --games: expected number to be >=1');
  });
});

test('an empty project file and an empty section say nothing', () => {
  project('');
  expect(resolve().settings.games).toBe(100);
  project('selfplay:\n');
  expect(resolve().settings.games).toBe(100);
});

test('every knob has a default, a comment above it, and a variable of its own', () => {
  for (const topic of TOPICS) {
    const { origins } = resolveSettings(topic, { cwd, env: {} });
    const paths = knobPaths(TOPIC_SCHEMAS[topic]);
    expect(paths.map((path) => path.join('.')).filter((path) => !origins.has(path))).toEqual([]);
    expect(new Set(paths.map((path) => environmentName(topic, path))).size).toBe(paths.length);
    const lines = readFileSync(join(REPO_ROOT, 'config', `${topic}.yaml`), 'utf8').split('\n');
    for (const key of Object.keys(TOPIC_SCHEMAS[topic].shape)) {
      const at = lines.findIndex((line) => line.startsWith(`${key}:`));
      expect(lines[at - 1], `${topic}.${key}`).toMatch(/^# .+ · .+/);
    }
  }
});

test('rr config show prints values and origins', async () => {
  project('selfplay:\n  games: 7\n');
  const { stdout } = await rr(['config', 'show', 'selfplay', '--origin', '--format', 'table'], { cwd });
  expect(stdout).toMatch(/^SETTING +VALUE +FROM +AT\n/);
  expect(stdout).toMatch(/selfplay\.games +7 +project +rr\.yaml:2\n/);
  expect((await rr(['config', 'show'], { cwd, env: { RR_SELFPLAY_GAMES: '0' } })).status).toBe(78);
});
