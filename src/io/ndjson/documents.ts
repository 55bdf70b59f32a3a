/**
 * JSON documents of a text: one a line, or, where the first line is a bracket alone, one that is spread over all of them.
 * Memory held: the longest document.
 */
import { RrError } from '../../core/errors.ts';
import { streamLimits } from './limits.ts';
import { type Line, splitLines } from './lines.ts';

/** Yields lines; a spread-out document as one line that begins where it does. @throws RrError RECORD_INVALID, as splitLines() */
export async function* splitDocuments(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Line> {
  const { lineBytes } = await streamLimits();
  let spread: { readonly parts: string[]; readonly number: number } | undefined;
  let held = 0;
  let begun = false;
  for await (const line of splitLines(bytes, name)) {
    if (!begun && /^\s*[[{]\s*$/.test(line.text)) spread = { parts: [], number: line.number };
    begun ||= line.text.trim() !== '';
    if (!spread) {
      yield line;
      continue;
    }
    spread.parts.push(line.text);
    held += line.text.length;
    if (held > lineBytes)
      throw new RrError('RECORD_INVALID', {
        where: `${name}:${spread.number}`,
        detail: `longer than ${lineBytes / 2 ** 20} MiB (streams.max-line-mb)`,
      });
  }
  if (spread) yield { text: spread.parts.join('\n'), number: spread.number, complete: true };
}
