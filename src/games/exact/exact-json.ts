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
/** The same as the value of a plain field. Inside a string its quotes would be escaped, so this never matches there. */
const LONG_FIELD = /("\w+"\s*:\s*)(-?\d{16,})(?=\s*[,}])/g;
const MARK = '$long integer';

/** @throws SyntaxError as JSON.parse does */
export function parseExact(text: string): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  let marked = 0;
  const other = text.replace(LONG_FIELD, (_, field: string, digits: string) => {
    marked++;
    return `${field}{"${MARK}":"${digits}"}`;
  });
  // a reviver is ten times slower, and nearly all long integers are the hashes of states: plain fields
  return LONG_INTEGER.test(other) ? parseSlowly(text) : unmarked(JSON.parse(other), { left: marked });
}

function parseSlowly(text: string): unknown {
  return json.parse(text, (_, value, context) => {
    const source = context?.source ?? '';
    return typeof value === 'number' && /^-?\d+$/.test(source) ? integer(source) : value;
  });
}

const integer = (digits: string): number | RawNumber =>
  Number.isSafeInteger(Number(digits)) ? Number(digits) : rawNumber(digits);

/** Puts the numbers back in place, until none is `left`. */
function unmarked(value: unknown, count: { left: number }): unknown {
  if (count.left === 0 || typeof value !== 'object' || value === null) return value;
  const object = value as Record<string, unknown>;
  const digits = object[MARK];
  if (typeof digits === 'string') {
    count.left--;
    return integer(digits);
  }
  for (const key of Object.keys(object)) {
    const item = object[key];
    if (typeof item !== 'object' || item === null) continue;
    const found = unmarked(item, count);
    if (found !== item) object[key] = found;
  }
  return value;
}
