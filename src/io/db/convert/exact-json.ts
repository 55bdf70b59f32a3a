/**
 * JSON without loss of large integers: the original's states carry 64-bit hashes as plain numbers, which a JavaScript
 * number cannot hold. They are read as raw JSON values, which JSON.stringify writes back digit by digit.
 */

/** The parts of today's JSON object that the type library does not list yet. */
interface JsonWithSource {
  parse(text: string, reviver: (key: string, value: unknown, context?: { source?: string }) => unknown): unknown;
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
}
const json = JSON as unknown as JsonWithSource;

/** An integer beyond 2^53, as it stood in the text. */
export interface RawNumber {
  readonly rawJSON: string;
}

export const isRawNumber = (value: unknown): value is RawNumber => json.isRawJSON(value);
export const rawNumber = (digits: string): RawNumber => json.rawJSON(digits);

/** Numbers of 16 digits or more that are not the tail of a fraction: few texts have one, and only those pay. */
const LONG_INTEGER = /[:[,]\s*-?\d{16,}(?![\d.eE])/;

/** @throws SyntaxError as JSON.parse does */
export function parseExact(text: string): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  return json.parse(text, (_, value, context) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? rawNumber(context?.source ?? '')
      : value,
  );
}
