/** Lists of numbers in flags. */
import { RrError } from '../../core/errors.ts';

/** `1,16,64` → the numbers, each at least 1. @throws RrError USAGE naming the flag */
export function wholeNumbers(flag: string, text: string): number[] {
  return text.split(',').map((part) => {
    const value = Number(part);
    if (part.trim() !== '' && Number.isSafeInteger(value) && value >= 1) return value;
    throw new RrError('USAGE', { detail: `${flag}: '${part}' is not a whole number from 1 up` });
  });
}
