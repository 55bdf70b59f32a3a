/** What a status of the SFTP protocol means for a transfer. */
import { RrError } from '../../core/errors.ts';

/** Status codes (draft-ietf-secsh-filexfer-02, section 7, and two of -13 that servers of version 3 send too). */
export const STATUS = {
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  noConnection: 6,
  connectionLost: 7,
  noSpace: 14,
  quotaExceeded: 15,
} as const;

export interface SftpPlace {
  readonly host: string;
  readonly path: string;
  /** Asks whether the disk there is full; undefined when the server does not tell. */
  readonly isFull: () => Promise<boolean | undefined>;
}

/** The status of an error; undefined for one that came from no server, such as a connection that broke. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;

/**
 * An error of the registry. Version 3 of the protocol, which servers speak, has no status for a full disk: they answer
 * "failure", as they do to a read-only or a broken disk, so that the disk itself is asked.
 */
export async function sftpFailure(error: unknown, { host, path, isFull }: SftpPlace): Promise<RrError> {
  const detail = error instanceof Error ? error.message : String(error);
  switch (statusOf(error)) {
    case undefined:
    case STATUS.noConnection:
    case STATUS.connectionLost:
      return new RrError('HOST_UNREACHABLE', { host, detail }, { cause: error });
    case STATUS.noSuchFile:
      return new RrError('FILE_NOT_FOUND', { path: `${host}: ${path}` }, { cause: error });
    case STATUS.permissionDenied:
      return new RrError('NO_PERMISSION', { path: host }, { cause: error });
    case STATUS.noSpace:
    case STATUS.quotaExceeded:
      return new RrError('DISK_FULL', { path: host }, { cause: error });
    case STATUS.failure:
      if (await isFull()) return new RrError('DISK_FULL', { path: host }, { cause: error });
  }
  return new RrError('HOST_COMMAND', { host, detail: `its SFTP server answered '${detail}'` }, { cause: error });
}
