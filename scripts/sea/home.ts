/**
 * What an executable carries (the program, its workers, native libraries, files that are read by name) is unpacked
 * once into a folder of the user's cache, named by version and content. Two processes that unpack at the same time do not disturb each other, and one
 * that is killed leaves no half folder under the final name.
 */
import { chmodSync, existsSync, lstatSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { getRawAsset } from 'node:sea';
import { zstdDecompressSync } from 'node:zlib';
import { VERSION } from '../../src/core/version.ts';
import { makeFolder } from '../../src/io/folder.ts';

/** First half of the SHA-256 of what is unpacked. */
declare const RR_HOME_ID: string;

/** The folder, made if need be. Ends the process with one line when there is no place for it. */
export function home(): string {
  const name = `${VERSION}-${RR_HOME_ID}`;
  let refusal = '';
  for (const cache of caches()) {
    try {
      makeFolder(cache, 0o700);
      if (!isOurs(cache)) throw new Error(`${cache} can be written by others`);
      const folder = join(cache, name);
      if (!existsSync(folder)) unpack(cache, folder);
      return folder;
    } catch (error) {
      refusal = error instanceof Error ? error.message : String(error);
    }
  }
  process.stderr.write(
    `rr: cannot unpack its libraries (${refusal.split('\n')[0]}); set RR_CACHE to a folder that can be written\n`,
  );
  process.exit(2);
}

/** Folders to try, best first. RR_CACHE is used as it is or not at all. */
function caches(): string[] {
  const { RR_CACHE, XDG_CACHE_HOME } = process.env;
  if (RR_CACHE) return [RR_CACHE];
  const user = process.platform === 'win32' ? 'user' : String(userInfo().uid);
  return [join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'rr'), join(tmpdir(), `rr-${user}`)];
}

/** Code is run from there, so nobody else may own it. */
function isOurs(folder: string): boolean {
  if (process.platform === 'win32') return true;
  const { uid, mode } = lstatSync(folder);
  return uid === userInfo().uid && (mode & 0o022) === 0;
}

function unpack(cache: string, folder: string): void {
  const temporary = mkdtempSync(join(cache, '.unpacking-'));
  try {
    const bytes = zstdDecompressSync(Buffer.from(getRawAsset('home')));
    const end = 4 + bytes.readUInt32LE(0);
    const index: unknown = JSON.parse(bytes.toString('utf8', 4, end));
    let at = end;
    for (const [path, length] of index as [string, number][]) {
      const file = join(temporary, path);
      makeFolder(dirname(file));
      writeFileSync(file, bytes.subarray(at, at + length));
      at += length;
    }
    chmodSync(temporary, 0o755);
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Somebody else was faster, with the same content.
    if (!existsSync(folder)) throw error;
  }
}
