/** Upstream's environment variables: read, or named. */
import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { logLevel, says } from '../../src/commands/cli/log-level.ts';
import { unreadVariables } from '../../src/config/upstream-variables.ts';
import { hostName } from '../../src/io/host-name.ts';
import { dataPaths } from '../../src/io/paths.ts';
import { rr } from '../run.ts';

it('names what has no effect, and nothing that has one', () => {
  const folders = { AI_SERVICE_DATA_DIR: '/d', AI_SERVICE_MODELS_DIR: '/m', RR_DATA: '/r' };
  const read = { ...folders, RINGRIFT_SELFPLAY_GAMES: '5', RINGRIFT_NODE_ID: 'a', RINGRIFT_LOG_LEVEL: 'INFO' };
  expect(unreadVariables({ ...read, RINGRIFT_STALENESS_WEIGHT: '1', AI_SERVICE_LOGS_DIR: '/l' })).toEqual([
    'AI_SERVICE_LOGS_DIR',
    'RINGRIFT_STALENESS_WEIGHT',
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

it('takes its name for this machine', () => {
  expect(hostName({ RINGRIFT_NODE_ID: 'theirs' })).toBe('theirs');
  expect(hostName({ RINGRIFT_NODE_ID: 'theirs', RR_NODE: 'ours' })).toBe('ours');
  expect(hostName({ RINGRIFT_NODE_ID: '' })).toBe(hostname());
});

it('takes its log level', () => {
  expect(logLevel({})).toBe('info');
  expect(logLevel({ RINGRIFT_LOG_LEVEL: 'WARNING' })).toBe('warning');
  expect(logLevel({ RINGRIFT_LOG_LEVEL: 'CRITICAL', RR_LOG_LEVEL: 'debug' })).toBe('debug');
  expect(logLevel({ RINGRIFT_LOG_LEVEL: 'verbose' })).toBe('info');
  expect(() => logLevel({ RR_LOG_LEVEL: 'warnin' })).toThrow(/'warnin' is none of .*did you mean 'warning'/);
  expect([says('warning', 'info'), says('warning', 'warning'), says('debug', 'info')]).toEqual([false, true, true]);
});

it('a command says so once, and nothing at level error', async () => {
  const env = { AI_SERVICE_LOGS_DIR: 'a', RINGRIFT_STALENESS_WEIGHT: '0.5' };
  const { status, stderr } = await rr(['show', '--board', 'hex8', '--format', 'ndjson'], { env });
  expect(status).toBe(0);
  expect(stderr.match(/not read: AI_SERVICE_LOGS_DIR, RINGRIFT_STALENESS_WEIGHT /g)).toHaveLength(1);
  const quiet = await rr(['show', '--board', 'hex8', '--format', 'ndjson'], {
    env: { ...env, RINGRIFT_LOG_LEVEL: 'ERROR' },
  });
  expect([quiet.status, quiet.stderr]).toEqual([0, '']);
});
