import { describe, expect, test } from 'vitest';
import { resolveSettings } from '../../../src/config/settings.ts';
import {
  DONE_CODES,
  type Round,
  type RoundPlaces,
  stageArguments,
  stagesOf,
} from '../../../src/control/round/stages.ts';
import { parseConfigKey } from '../../../src/engine/config-key.ts';

const { settings } = resolveSettings('loop', { env: {}, cwd: '/nonexistent' });
const MODEL = 'a'.repeat(64);
const BEST = 'b'.repeat(64);
const places: RoundPlaces = {
  root: '/data',
  games: '/data/games.db',
  training: '/data/r2.npz',
  checkpoint: '/data/ckpt',
  gauntletGames: '/data/gauntlet.db',
  verdicts: '/data/gauntlet.ndjson',
};
const first: Round = {
  number: 1,
  config: parseConfigKey('hex8_2p'),
  seed: 100,
  read: undefined,
  since: undefined,
  hosts: undefined,
  player: undefined,
  production: undefined,
  earlierFiles: [],
  settings,
};
const second: Round = {
  ...first,
  number: 2,
  since: '2026-01-01T00:00:00.000Z',
  player: BEST,
  production: BEST,
  earlierFiles: ['/data/r1.npz'],
};

describe('stages of a round', () => {
  test('every stage has a seed of its own and can be resumed', () => {
    const seeds = stagesOf(first)
      .map((stage) => stageArguments(stage, first, places, { model: MODEL }))
      .filter((args) => args.includes('--seed'))
      .map((args) => args[args.indexOf('--seed') + 1]);
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const stage of ['selfplay', 'train', 'gauntlet'] as const) {
      expect(stageArguments(stage, first, places, { model: MODEL })).toContain('--resume');
    }
  });

  test('the first round learns from the heuristic, later ones from the best model', () => {
    expect(stageArguments('selfplay', first, places, { model: undefined }).join(' ')).toContain('--engine heuristic');
    expect(stageArguments('selfplay', second, places, { model: undefined }).join(' ')).toContain(`--model ${BEST}`);
    expect(stageArguments('train', first, places, { model: undefined })).toContain('--arch');
    expect(stageArguments('train', second, places, { model: undefined }).slice(0, 3)).toEqual([
      'train',
      '/data/r1.npz',
      '/data/r2.npz',
    ]);
    expect(stageArguments('train', second, places, { model: undefined })).toContain('--init');
    expect(stageArguments('export', second, places, { model: undefined })).toContain('--since');
  });

  test('a round that knows hosts fetches games before its export and sends models after the promotion', () => {
    const synced = { ...second, hosts: '/here/hosts.yaml' };
    expect(stagesOf(second)).not.toContain('pull');
    expect(stagesOf(synced)).toEqual(['selfplay', 'pull', 'export', 'train', 'gauntlet', 'promote', 'push']);
    const line = (stage: 'pull' | 'push'): string =>
      stageArguments(stage, synced, places, { model: undefined }).join(' ');
    expect(line('pull')).toBe(
      'sync pull --kind games --since last --config hex8_2p --data /data --hosts /here/hosts.yaml',
    );
    expect(line('push')).toContain('sync push --kind models,results');
    expect(DONE_CODES.pull).toEqual([6, 75]);
    expect(() => stageArguments('pull', second, places, { model: undefined })).toThrow('no hosts');
  });

  test('production is beaten by a sequential test, and never by itself', () => {
    const args = stageArguments('gauntlet', second, places, { model: MODEL });
    expect(args[args.indexOf('--test') + 1]).toBe(BEST);
    expect(stageArguments('gauntlet', second, places, { model: BEST })).not.toContain('--test');
    expect(stageArguments('gauntlet', first, places, { model: MODEL })).not.toContain('--test');
    expect(() => stageArguments('gauntlet', first, places, { model: undefined })).toThrow('no model');
  });

  test('where networks run goes to the stages that play with one', () => {
    const onGpu = { ...settings, provider: 'cuda', device: 1, 'require-gpu': true, batch: 256 } as const;
    const where = '--provider cuda --device 1 --require-gpu';
    const command = (stage: 'selfplay' | 'gauntlet', round: Round): string =>
      stageArguments(stage, { ...round, settings: onGpu }, places, { model: MODEL }).join(' ');
    expect(command('selfplay', second)).toContain(`${where} --batch 256`);
    expect(command('selfplay', first)).not.toContain('--provider');
    expect(command('gauntlet', first)).toContain(where);
    expect(stageArguments('gauntlet', second, places, { model: MODEL }).join(' ')).not.toContain('--provider');
  });

  test('what searches of self-play go by is passed on, how far the loop is where a temperature needs it', () => {
    const round = (changes: Partial<typeof settings>): string =>
      stageArguments('selfplay', { ...second, settings: { ...settings, ...changes } }, places, {
        model: undefined,
      }).join(' ');
    const budget = { ...settings.budget, hex8_2p: 99 };
    const command = round({ budget, 'c-scale': 0.2, 'c-visit': 20, 'sample-from': 'improved', 'cheap-budget': 8 });
    expect(command).toContain('--budget 99');
    expect(command).toContain('--sample-from improved');
    expect(command).toContain('--cheap-budget 8 --c-visit 20 --c-scale 0.2');
    expect(command).not.toContain('--training-progress');
    expect(round({ temperature: 'curriculum', rounds: 5 })).toContain('--training-progress 0.25');
  });

  test('without auto-promote nothing is promoted', () => {
    const careful = { ...first, settings: { ...settings, 'auto-promote': false } };
    expect(stageArguments('promote', careful, places, { model: MODEL })).toContain('--dry-run');
    expect(DONE_CODES.promote).toContain(3);
  });
});
