/** Where the reference material lies when it is beside the checkout; users do not have it, and tests then skip. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
export const SHARED = resolve(root, '..', 'shared');
export const hasShared = existsSync(SHARED);
export const FIXTURES = resolve(import.meta.dirname, 'fixtures');

/** Says once per file why part of it is skipped. */
export function noteMissingShared(what: string): void {
  if (!hasShared) console.log(`skipped: ${what} needs the reference material in ../shared`);
}
