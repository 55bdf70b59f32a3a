import { describeFailure, type Failure } from './failure.ts';

/**
 * Ends the process once stdout and stderr have been handed to the system. Leaving through process.exit, because worker
 * threads and an unread stdin would otherwise keep a finished command alive.
 */
export async function leave(exit: number): Promise<never> {
  await drained(process.stdout);
  const lost = exit === 0 ? lostOutput(process.stdout) : undefined;
  if (lost) process.stderr.write(`rr: ${lost.message}\n`);
  await drained(process.stderr);
  process.exit(lost?.exit ?? exit);
}

/** What kept text from being written, unless it was only that nobody reads it any more. */
function lostOutput({ errored }: NodeJS.WriteStream): Failure | undefined {
  const closed = errored && 'code' in errored && errored.code === 'EPIPE';
  return errored && !closed ? describeFailure(errored) : undefined;
}

/** Resolves when everything written so far has left, or when nobody can read it any more. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed || !stream.writable || stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
