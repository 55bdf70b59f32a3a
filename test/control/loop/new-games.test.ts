/** Rounds take the games that arrived since the round before, whatever their dates. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { resolveSettings } from '../../../src/config/settings.ts';
import { localExecutor } from '../../../src/control/loop/executor.ts';
import { Loop } from '../../../src/control/loop/loop.ts';
import type { StageDone } from '../../../src/control/round/round-folder.ts';
import { STAGES } from '../../../src/control/round/stages.ts';
import { parseConfigKey } from '../../../src/engine/config-key.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { dataPaths } from '../../../src/io/paths.ts';
import { exampleGame } from '../../games/store/example.ts';

const base = mkdtempSync(join(tmpdir(), 'rr-new-games-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const config = parseConfigKey('hex8_2p');
const now = '2026-11-29T00:00:00.000Z';
let paths = dataPaths(base);
let loop: Loop;
let folders = 0;

beforeEach(() => {
  paths = dataPaths(join(base, String(++folders)));
  loop = new Loop({
    ...{ config, paths, resolved: resolveSettings('loop'), seed: 1, skip: new Set(), hosts: undefined },
    executor: localExecutor,
  });
});

function add(...games: number[]): { store: string; until: number } {
  const store = GameStore.open(paths.games(config.key));
  try {
    for (const n of games) store.append(exampleGame(n));
    store.commit();
    return { store: store.identity, until: store.lastArrival };
  } finally {
    store.close();
  }
}

const lines: string[] = [];
const begin = () => loop.begin((line) => lines.push(line));

async function finishRound(exported: Partial<StageDone>): Promise<void> {
  const folder = await begin();
  for (const stage of STAGES) {
    const done = { stage, skipped: false, started: now, ended: now, command: ['rr', stage] };
    await folder.finish(stage === 'export' ? { ...done, ...exported } : done);
  }
}

const exportOfNext = async (): Promise<string> =>
  (await loop.plannedCommands()).find(([stage]) => stage === 'export')?.[1].join(' ') ?? '';

describe('new games of a loop', () => {
  test('are all games before the first round', async () => {
    expect(await loop.newGames()).toBe(0);
    add(5, 6);
    expect(await loop.newGames()).toBe(2);
    expect(await exportOfNext()).not.toMatch(/--arrived|--since/);
  });

  test('are those that came after the last export, also when they were played before it', async () => {
    const read = add(5, 6);
    await finishRound({ read });
    expect(await loop.newGames()).toBe(0);
    add(1, 2, 3);
    expect(await loop.newGames()).toBe(3);
    expect(await exportOfNext()).toContain('--arrived 3..');
  });

  test('wait when a round leaves its export out', async () => {
    await finishRound({ read: add(5, 6) });
    add(1);
    await finishRound({ skipped: true });
    expect(await loop.newGames()).toBe(1);
    expect(await exportOfNext()).toContain('--arrived 3..');
  });

  test('are all games of another database, and the loop says so', async () => {
    await finishRound({ read: add(5, 6) });
    rmSync(paths.games(config.key));
    add(7);
    expect(await loop.newGames()).toBe(1);
    lines.length = 0;
    await begin();
    expect(lines.join()).toContain('not the one that earlier rounds read');
  });

  test('are also those that a pull brings before a round begins', async () => {
    await finishRound({ read: add(5, 6) });
    const stages: string[] = [];
    const synced = new Loop({
      ...loop.options,
      hosts: '/here/hosts.yaml',
      executor: {
        run: async (stage, { args }) => {
          stages.push(`${stage}: ${args.slice(0, 2).join(' ')}`);
          add(1, 2);
          return 0;
        },
      },
    });
    expect(await synced.pull(new AbortController().signal, () => {})).toBe(0);
    expect(stages).toEqual(['pull: sync pull']);
    expect(await synced.newGames()).toBe(2);
    expect((await synced.plannedCommands()).map(([stage]) => stage)).toContain('push');
  });

  test('are told by time after a round of version 0.1.0, once', async () => {
    add(5, 6);
    await finishRound({ started: '2026-01-01T00:00:06.000Z' });
    expect(await loop.newGames()).toBe(1);
    expect(await exportOfNext()).toContain('--since 2026-01-01T00:00:06.000Z');
    await finishRound({ read: add() });
    expect(await exportOfNext()).toContain('--arrived 3..');
  });
});
