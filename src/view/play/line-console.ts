/** A console of lines: a terminal with line editing, or a pipe. */
import { createInterface } from 'node:readline';
import type { Console } from './console.ts';

export interface LineConsole extends Console {
  close(): void;
}

/**
 * `output` is where the conversation goes: stdout when a person looks at it, stderr when stdout carries the record.
 * `onInterrupt` hears Ctrl-C, which a terminal with line editing sends as a key.
 */
export function lineConsole(output: NodeJS.WriteStream, color: boolean, onInterrupt: () => void): LineConsole {
  const terminal = process.stdin.isTTY === true && output.isTTY === true;
  const lines = createInterface({ input: process.stdin, output, terminal, historySize: 50 });
  lines.on('SIGINT', () => {
    onInterrupt();
    lines.close();
  });
  const iterator = lines[Symbol.asyncIterator]();
  return {
    color,
    width: () => output.columns,
    height: () => output.rows,
    say: (text) => {
      output.write(`${text}\n`);
    },
    ask: async (prompt) => {
      lines.setPrompt(prompt);
      lines.prompt();
      const next = await iterator.next();
      return next.done ? undefined : next.value;
    },
    close: () => lines.close(),
  };
}
