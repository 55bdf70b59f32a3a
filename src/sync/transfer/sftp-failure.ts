/** Meaning of a failed SFTP request. */
import type { SFTPWrapper } from 'ssh2';
import * as z from 'zod';
import { RrError } from '../../core/errors.ts';

/** Status codes of the SFTP protocol, version 3. */
export const STATUS_EOF = 1;
const STATUS_NO_FILE = 2;
const STATUS_DENIED = 3;
const STATUS_FAILURE = 4;

/** `disk` is what is known of the disk there when the request was to write: version 3 has no status for a full one. */
export function sftpFailure(error: unknown, host: string, disk: 'full' | 'has space' | 'unknown'): RrError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const said = error instanceof Error ? error.message : String(error);
  if (code === STATUS_DENIED) return new RrError('NO_PERMISSION', { path: host }, { cause: error });
  if (code === STATUS_FAILURE && disk === 'full') return new RrError('DISK_FULL', { path: host }, { cause: error });
  if (code === STATUS_NO_FILE) {
    return new RrError('HOST_COMMAND', { host, detail: 'a file of the transfer is gone there' }, { cause: error });
  }
  const detail = code === STATUS_FAILURE && disk === 'unknown' ? `${said} (perhaps its disk is full)` : said;
  return new RrError(
    typeof code === 'number' ? 'HOST_COMMAND' : 'HOST_UNREACHABLE',
    { host, detail },
    { cause: error },
  );
}

const FileSystem = z.object({ f_frsize: z.coerce.number(), f_bavail: z.coerce.number(), f_favail: z.coerce.number() });

/** Room for another piece or file on the disk of `folder`. Servers other than OpenSSH may not tell. */
export function diskThere(
  sftp: Pick<SFTPWrapper, 'ext_openssh_statvfs'>,
  folder: string,
  piece: number,
): Promise<'full' | 'has space' | 'unknown'> {
  const { promise, resolve } = Promise.withResolvers<'full' | 'has space' | 'unknown'>();
  try {
    sftp.ext_openssh_statvfs(folder, (_error, answer) => {
      const { success, data } = FileSystem.safeParse(answer);
      if (!success) resolve('unknown');
      else resolve(data.f_bavail * data.f_frsize < piece || data.f_favail === 0 ? 'full' : 'has space');
    });
  } catch {
    // ssh2 throws when the server does not offer the request
    resolve('unknown');
  }
  return promise;
}
