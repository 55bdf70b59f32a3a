import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../io/folder.ts';
import { finished, REPO_ROOT, start } from '../../run.ts';

it('processes that make the same new database at the same instant all get it', async () => {
  const folder = temporaryFolder();
  const begin = Date.now() + 1500;
  const args = [join(REPO_ROOT, 'test/games/databases/open-child.ts'), folder, String(begin), '60'];
  const children = await Promise.all([1, 2, 3, 4].map(() => finished(start(process.execPath, args))));
  expect(children.map(({ status, stdout, stderr }) => ({ status, stdout, stderr }))).toEqual(
    children.map(() => ({ status: 0, stdout: '[]', stderr: '' })),
  );
});
