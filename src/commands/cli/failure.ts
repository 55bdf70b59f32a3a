/** The one place that turns anything thrown into one line on stderr and an exit status. */
import { ERRORS, type ErrorCode, type ExitCode, RrError } from '../../core/errors.ts';
import { printableLines } from '../../core/printable.ts';
import { DownstreamClosed } from '../../io/ndjson/downstream.ts';
import { oneLine } from './one-line.ts';
import { StopRequest } from './stop.ts';

export interface Failure {
  /** Code of the registry, of the engine, or `BUG`. */
  readonly code: string;
  readonly exit: ExitCode;
  /** One line; empty when nothing needs saying (a closed pipe, a stop that was asked for). */
  readonly message: string;
}

/** What a system or SQLite error code means for the user: a code of the registry. */
const BY_SYSTEM_CODE: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EFBIG: 'FILE_LIMIT',
  EIO: 'DISK_FAILED',
  SQLITE_FULL: 'DISK_FULL',
  SQLITE_IOERR: 'DISK_FAILED',
  SQLITE_BUSY: 'LOCKED',
  SQLITE_LOCKED: 'LOCKED',
  SQLITE_CORRUPT: 'FILE_CORRUPT',
  SQLITE_NOTADB: 'FILE_CORRUPT',
  SQLITE_READONLY: 'NO_PERMISSION',
  SQLITE_PERM: 'NO_PERMISSION',
  SQLITE_CANTOPEN: 'CANNOT_OPEN',
  ENOENT: 'FILE_NOT_FOUND',
  EACCES: 'NO_PERMISSION',
  EPERM: 'NO_PERMISSION',
  EROFS: 'NO_PERMISSION',
  EEXIST: 'CANNOT_OPEN',
  EISDIR: 'CANNOT_OPEN',
  ENOTDIR: 'CANNOT_OPEN',
  ELOOP: 'CANNOT_OPEN',
  ENAMETOOLONG: 'CANNOT_OPEN',
  EMFILE: 'OPEN_FILES',
  // a thread of ours could not start, or ran out of memory
  ERR_WORKER_INIT_FAILED: 'OUT_OF_RESOURCES',
  ERR_WORKER_OUT_OF_MEMORY: 'OUT_OF_RESOURCES',
  ENFILE: 'OUT_OF_RESOURCES',
  ENOMEM: 'OUT_OF_RESOURCES',
  EAGAIN: 'OUT_OF_RESOURCES',
};

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

/** Extended SQLite codes (`SQLITE_BUSY_SNAPSHOT`) mean what their primary code means. */
function registryCode(code: string): ErrorCode | undefined {
  const primary = code.startsWith('SQLITE_') ? code.split('_').slice(0, 2).join('_') : code;
  return BY_SYSTEM_CODE[primary];
}

/** Classifies anything that was thrown. */
export function describeFailure(thrown: unknown): Failure {
  if (thrown instanceof StopRequest) return { code: 'STOPPED', exit: thrown.exit, message: '' };
  if (thrown instanceof DownstreamClosed) return { code: 'STOPPED', exit: 0, message: '' };
  if (thrown instanceof RrError) return { code: thrown.code, exit: thrown.exit, message: thrown.message };
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') {
    const { code, message } = thrown;
    // The engine imports nothing, so its errors are known by name; a code the registry lists keeps its exit status.
    if (thrown.name === 'RulesError') return { code, exit: isErrorCode(code) ? ERRORS[code].exit : 5, message };
    // the one thing that the message of a thread that could not start tells
    const known = registryCode(code === 'ERR_WORKER_INIT_FAILED' && /EMFILE/.test(message) ? 'EMFILE' : code);
    if (known) {
      // Reads and writes of an open file or a pipe name none.
      const unnamed = 'syscall' in thrown && thrown.syscall === 'read' ? 'the input' : 'the output';
      const path = 'path' in thrown && typeof thrown.path === 'string' ? thrown.path : unnamed;
      const expected = new RrError(known, { path, detail: message });
      return { code: known, exit: expected.exit, message: expected.message };
    }
  }
  const detail = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return { code: 'BUG', exit: 1, message: `${detail} (this is a bug in rr; RR_DEBUG=1 shows where)` };
}

/** A level that is none is reported where it is read, not here. */
const wantsTrace = ({ RR_DEBUG, RR_LOG_LEVEL, RINGRIFT_LOG_LEVEL }: NodeJS.ProcessEnv): boolean =>
  RR_DEBUG === '1' || (RR_LOG_LEVEL || RINGRIFT_LOG_LEVEL)?.toLowerCase() === 'debug';

export interface ReportContext {
  /** The command's name as typed, empty when there is none. */
  readonly command: string;
  /** Write a JSON line instead of text. */
  readonly logJson: boolean;
}

/** Writes the one line to stderr and returns the exit status. */
export function report(thrown: unknown, { command, logJson }: ReportContext): ExitCode {
  const failure = describeFailure(thrown);
  if (failure.message !== '') {
    const message = oneLine(failure.message);
    const { code, exit } = failure;
    const name = command === '' ? 'rr' : `rr ${command}`;
    const line = logJson ? JSON.stringify({ type: 'error', command, code, exit, message }) : `${name}: ${message}`;
    process.stderr.write(`${line}\n`);
  }
  if (wantsTrace(process.env) && thrown instanceof Error)
    process.stderr.write(`${printableLines(thrown.stack ?? '')}\n`);
  return failure.exit;
}
