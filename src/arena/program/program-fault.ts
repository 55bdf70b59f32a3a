/** What an external program did wrong, in words; it costs the program its game. */
export class ProgramFault extends Error {
  override readonly name = 'ProgramFault';
}
