/**
 * The checksum that a record carries of itself: 32 hex digits of the SHA-256 of its canonical JSON without the field
 * `checksum`. Canonical: keys sorted, nothing between the tokens, numbers and texts as JSON.stringify writes them. So a record
 * stays valid when a stream is filtered, split, joined or written anew by another JSON tool, and a bad one costs one game.
 */
import { createHash } from 'node:crypto';

export function withChecksum<R extends object>(record: R): R & { readonly checksum: string } {
  return { ...record, checksum: checksumOfRecord(record) };
}

/** What is wrong with a record by its checksum; one without passes. */
export function checksumProblem(record: object): string | undefined {
  if (!('checksum' in record)) return undefined;
  if (record.checksum === checksumOfRecord(record)) return undefined;
  return 'does not match its checksum (if it was changed on purpose, remove the field checksum)';
}

/** Cost: about half of JSON.stringify. */
function checksumOfRecord(record: object): string {
  const { checksum: _, ...rest } = { checksum: '', ...record };
  return createHash('sha256').update(canonicalJson(rest)).digest('hex').slice(0, 32);
}

export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  let text = '';
  if (Array.isArray(value)) {
    for (const element of value) text += `${text === '' ? '' : ','}${canonicalJson(element)}`;
    return `[${text}]`;
  }
  const members = new Map<string, unknown>(Object.entries(value));
  for (const key of [...members.keys()].sort()) {
    const member = members.get(key);
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}
