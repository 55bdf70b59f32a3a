/**
 * Ends the process once stdout and stderr have been handed to the system. Leaving through process.exit, because worker
 * threads and an unread stdin would otherwise keep a finished command alive.
 */
export async function leave(exit: number): Promise<never> {
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  process.exit(exit);
}

/** Resolves when everything written so far has left, or when nobody can read it any more. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed || !stream.writable || stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
