import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS, EXIT_CODES, RrError } from '../../src/core/errors.ts';
import { RULES_ERROR_CODES } from '../../src/engine/errors.ts';
import { REPO_ROOT } from '../run.ts';

// Scripts rely on codes and statuses. A deliberate change or a new code: vitest run test/core/errors.test.ts -u
test('every code keeps its exit status', async () => {
  const pinned = Object.entries(ERRORS)
    .map(([code, { exit }]) => `${code} ${exit}`)
    .sort()
    .join('\n');
  await expect(`${pinned}\n`).toMatchFileSnapshot('error-codes.txt');
});

test('every message is one line that names only its own parameters', () => {
  for (const [code, { message }] of Object.entries(ERRORS)) {
    expect(message, code).not.toMatch(/\n/);
    expect(message, code).not.toMatch(/\{(?!\w+\})/);
  }
});

test('parameters are filled in', () => {
  const error = new RrError('RECORD_NEWER', { where: 'a:1', found: 9, known: 1 });
  expect(error.message).toBe('a:1: record schema 9 is newer than 1; update rr');
  expect(error.exit).toBe(78);
});

test('docs/commands.md lists exactly these exit statuses', () => {
  const page = readFileSync(join(REPO_ROOT, 'docs', 'commands.md'), 'utf8');
  const table = /\| exit \| meaning \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(page)?.[1];
  const rows = Object.entries(EXIT_CODES).map(([status, meaning]) => `| ${status} | ${meaning} |\n`);
  expect(table).toBe(rows.join(''));
});

test('every code of the engine has an exit status', () => {
  expect(Object.keys(ERRORS)).toEqual(expect.arrayContaining([...RULES_ERROR_CODES]));
});
