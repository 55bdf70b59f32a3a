/** Errors on their way from one side to the other: a code, its parameters, and nothing that is not meant for people. */
import * as z from 'zod';
import { ERRORS, type ErrorCode, RrError } from '../../core/errors.ts';

/** Text of another machine, as it may be shown: control characters could speak to the terminal. */
export const printable = (text: string): string => text.replace(/\p{C}/gu, '\ufffd');
export const Printable = z.string().transform(printable);

export const WireError = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([Printable, z.number()])).optional(),
  detail: Printable.optional(),
});
export type WireError = z.infer<typeof WireError>;

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

/** System errors that the far end's user can do something about, as the registry calls them. */
const SYSTEM: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EACCES: 'NO_PERMISSION',
  EPERM: 'NO_PERMISSION',
  EROFS: 'NO_PERMISSION',
};

export function describeError(error: unknown): WireError {
  if (error instanceof RrError) return { code: error.code, params: { ...error.params } };
  if (error instanceof z.ZodError) return { code: 'HOST_PROTOCOL', detail: error.issues[0]?.message ?? 'invalid' };
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const code = SYSTEM[error.code];
    const path = 'path' in error && typeof error.path === 'string' ? error.path : '';
    if (code) return { code, params: { path } };
  }
  return { code: 'HOST_COMMAND', detail: error instanceof Error ? error.message : String(error) };
}

/** The error that a host reported, with the host named in front. */
export function raiseFrom(host: string, { code, params = {}, detail }: WireError): RrError {
  if (!isErrorCode(code)) return new RrError('HOST_PROTOCOL', { host, detail: `error ${code}` });
  if (detail !== undefined) return new RrError(code, { host, detail });
  return named(host, new RrError(code, { ...params, ...('host' in params ? { host } : {}) }));
}

/** An error of one host says which. */
export function named(host: string, error: unknown): RrError {
  if (error instanceof RrError) {
    if (error.message.includes(`${host}:`) || 'host' in error.params) return error;
    const { path, where } = error.params;
    if (path !== undefined) return new RrError(error.code, { ...error.params, path: `${host}: ${path}` });
    if (where !== undefined) return new RrError(error.code, { ...error.params, where: `${host}: ${where}` });
    return new RrError('HOST_COMMAND', { host, detail: error.message }, { cause: error });
  }
  return raiseFrom(host, describeError(error));
}
