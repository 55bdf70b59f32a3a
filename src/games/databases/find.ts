/** Which files are databases, told cheaply: by their first bytes, and by name below a folder. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { RrError } from '../../core/errors.ts';
import { firstBytes } from '../../io/file-facts.ts';
import { FOREIGN_KINDS, foreignKind } from '../../io/foreign-kind.ts';
import { isPlainFile } from '../../io/missing-file.ts';

const SQLITE_MAGIC = 'SQLite format 3\0';

/** The file is a SQLite database, compressed or not. @throws RrError FILE_NOT_FOUND, IS_FOLDER, or the system's error */
export async function isDatabase(path: string): Promise<boolean> {
  // what was read from a pipe would be missing afterwards
  if (!isPlainFile(path)) return false;
  const head = firstBytes(path, 1024);
  if (head.toString('latin1', 0, 16) === SQLITE_MAGIC) return true;
  if (head[0] !== 0x1f || head[1] !== 0x8b) return false;
  return (await gunzipHead(head)).toString('latin1', 0, 16) === SQLITE_MAGIC;
}

/** Every one is a database. @throws RrError FILE_CORRUPT, or the system's error for a file that cannot be read */
export async function assertDatabases(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (await isDatabase(path)) continue;
    const kind = foreignKind(path);
    const detail =
      kind === undefined ? 'is not an SQLite database' : `is ${FOREIGN_KINDS[kind]}, not an SQLite database`;
    throw new RrError('FILE_CORRUPT', { path, detail });
  }
}

/** What the first bytes of a gzip file unpack to, however little of it is there. */
function gunzipHead(head: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const gunzip = createGunzip();
    gunzip.once('data', (chunk: Buffer) => resolve(chunk));
    gunzip.once('error', () => resolve(Buffer.alloc(0)));
    gunzip.once('end', () => resolve(Buffer.alloc(0)));
    gunzip.end(head);
  });
}

/** Databases below a folder (`*.db`, `*.db.gz`), sorted. @throws RrError NO_INPUT if there is none. */
export function findDatabases(folder: string): string[] {
  const found = statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.db(\.gz)?$/.test(name))
    : [];
  if (found.length === 0) {
    const detail = `no databases (*.db, *.db.gz) in ${folder}; rr selfplay --out FILE.db makes one`;
    throw new RrError('NO_INPUT', { detail });
  }
  return found.sort().map((name) => join(folder, name));
}
