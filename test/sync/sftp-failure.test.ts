import { expect, test } from 'vitest';
import { sftpFailure } from '../../src/sync/transfer/sftp-failure.ts';

const status = (code: number): Error => Object.assign(new Error('as the server says'), { code });

test.each([
  ['no such file', status(2), false, 'FILE_NOT_FOUND', 2],
  ['no permission', status(3), false, 'NO_PERMISSION', 2],
  ['failure on a full disk', status(4), true, 'DISK_FULL', 75],
  ['failure on a disk with space', status(4), false, 'HOST_COMMAND', 75],
  ['failure of a server that does not tell', status(4), undefined, 'HOST_COMMAND', 75],
  ['no connection', status(6), false, 'HOST_UNREACHABLE', 75],
  ['connection lost', status(7), false, 'HOST_UNREACHABLE', 75],
  ['not supported', status(8), true, 'HOST_COMMAND', 75],
  ['no space', status(14), undefined, 'DISK_FULL', 75],
  ['quota exceeded', status(15), undefined, 'DISK_FULL', 75],
  ['a broken connection', new Error('No response from server'), true, 'HOST_UNREACHABLE', 75],
] as const)('%s', async (_, error, full, code, exit) => {
  const failure = await sftpFailure(error, { host: 'gpu-1', path: '/srv/x', isFull: async () => full });
  expect(failure).toMatchObject({ code, exit, cause: error });
  expect(failure.message).toContain('gpu-1');
});
