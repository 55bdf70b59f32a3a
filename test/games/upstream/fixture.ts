/** Where the original's databases are: small copies in the repository, all of them beside the checkout. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
export const FIXTURES = join(root, 'test/fixtures/db');
const GOLDEN = resolve(root, '../shared/golden/db');
if (!existsSync(GOLDEN)) console.log('../shared is absent: only the database fixtures are tested');

export const databases: readonly string[] = [FIXTURES, GOLDEN]
  .filter((folder) => existsSync(folder))
  .flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.includes('.db'))
      .map((name) => join(folder, name)),
  );

/** A folder that goes when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rr-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
