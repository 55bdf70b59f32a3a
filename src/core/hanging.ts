/** A paragraph that goes on below its own beginning: no word is broken. Loads nothing, so that help starts at once. */

/** `lead` and then `text`, in lines of at most `width` characters; what does not fit goes on below the text. */
export function hanging(lead: string, text: string, width: number): string {
  const lines: string[] = [];
  let line = lead;
  for (const word of text.split(' ')) {
    const begins = line.length === lead.length;
    const next = begins ? line + word : `${line} ${word}`;
    if (begins || next.length <= width) line = next;
    else {
      lines.push(line);
      line = ' '.repeat(lead.length) + word;
    }
  }
  return [...lines, line].join('\n');
}
