/** Upstream's environment variables: read, or named. */
import { expect, it } from 'vitest';
import { unreadVariables } from '../../src/config/upstream-variables.ts';
import { dataPaths } from '../../src/io/paths.ts';
import { rr } from '../run.ts';

it('names what has no effect, and nothing that has one', () => {
  const read = { AI_SERVICE_DATA_DIR: '/d', AI_SERVICE_MODELS_DIR: '/m', RINGRIFT_SELFPLAY_GAMES: '5', RR_DATA: '/r' };
  expect(unreadVariables({ ...read, RINGRIFT_NODE_ID: 'a', AI_SERVICE_LOGS_DIR: '/l' })).toEqual([
    'AI_SERVICE_LOGS_DIR',
    'RINGRIFT_NODE_ID',
  ]);
  expect(unreadVariables(read)).toEqual([]);
});

it('takes the folders of upstream where nothing else names one', () => {
  const env = { AI_SERVICE_DATA_DIR: '/up/data', AI_SERVICE_MODELS_DIR: 'up-models' };
  const paths = dataPaths(undefined, env, '/here');
  expect([paths.games('hex8_2p'), paths.modelsFolder, paths.runsFolder]).toEqual([
    '/up/data/games/hex8_2p.db',
    '/here/up-models',
    '/here/runs',
  ]);
  expect(dataPaths('/given', env).dataFolder).toBe('/given/data');
  expect(dataPaths(undefined, { ...env, RR_DATA: '/mine' }).modelsFolder).toBe('/mine/models');
});

it('a command says so once', async () => {
  const env = { RINGRIFT_NODE_ID: 'a', RINGRIFT_STALENESS_WEIGHT: '0.5' };
  const { status, stderr } = await rr(['show', '--board', 'hex8', '--format', 'ndjson'], { env });
  expect(status).toBe(0);
  expect(stderr.match(/not read: RINGRIFT_NODE_ID, RINGRIFT_STALENESS_WEIGHT /g)).toHaveLength(1);
});
