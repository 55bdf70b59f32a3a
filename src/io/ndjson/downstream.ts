/**
 * The reader of our output closed its end (`| head`). Thrown by writers to unwind a command that has nobody left to
 * write for; commands end quietly with status 0.
 */
export class DownstreamClosed extends Error {
  override readonly name = 'DownstreamClosed';

  constructor() {
    super('the reader of the output closed it');
  }
}
