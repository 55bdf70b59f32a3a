/** Files that hold no games, called what they are. */
import { RrError } from '../../core/errors.ts';
import { FOREIGN_KINDS, type ForeignKind, foreignKind } from '../../io/foreign-kind.ts';

/** What to do with a file that is not read, where there is something to do. */
const HINTS: Partial<Record<ForeignKind, string>> = {
  npz: '; games cannot be made from it, take the database it was exported from',
  pytorch: ', and no games; networks of upstream are not read, train one with rr train',
};

/** JSON that is spread over lines is read like any other. */
const READ: ReadonlySet<ForeignKind> = new Set(['prettyRecord', 'prettyJson']);

/** @throws RrError FILE_CORRUPT for a file that is known to be something else; the system's error */
export function refuseForeign(path: string): void {
  const kind = path === '-' ? undefined : foreignKind(path);
  if (kind === undefined || READ.has(kind)) return;
  throw new RrError('FILE_CORRUPT', { path, detail: `is ${FOREIGN_KINDS[kind]}${HINTS[kind] ?? ', and no games'}` });
}
