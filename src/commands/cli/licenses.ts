/** `rr --licenses`: our licence, and those of whose work is inside. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RrError } from '../../core/errors.ts';
import { PACKAGE_ROOT } from '../../io/package-root.ts';

/** @throws RrError USAGE in a checkout that was not built: it contains nobody else's work */
export function licenses(): string {
  const path = join(PACKAGE_ROOT, 'dist', 'THIRD_PARTY_LICENSES');
  if (!existsSync(path)) {
    throw new RrError('USAGE', { detail: `${path} is made by npm run build; this checkout holds nobody else's work` });
  }
  return `${readFileSync(join(PACKAGE_ROOT, 'LICENSE'), 'utf8')}\n${readFileSync(path, 'utf8')}`;
}
