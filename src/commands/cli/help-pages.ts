/** Help pages that a build has made beforehand (scripts/build/help.ts); unbuilt, every page is made when asked for. */

/** Widths of terminals that pages are made for, columns: the usual one, which pipes get too, and the widest that reads well. */
export const HELP_WIDTHS = [80, 100] as const;

/** Columns of a page for a terminal of `columns` (0 or undefined: no terminal). */
export const helpWidth = (columns: number | undefined): number => Math.min(columns || HELP_WIDTHS[0], HELP_WIDTHS[1]);

/** Put in by the build; not declared when the sources run as they are. */
declare const RR_HELP_PAGES: Readonly<Record<string, Readonly<Record<number, string>>>> | undefined;

/** The page of a command for a terminal of `columns` (0 or undefined: no terminal), if there is one. */
export function preparedHelp(command: string, columns: number | undefined): string | undefined {
  if (typeof RR_HELP_PAGES === 'undefined') return undefined;
  const width = HELP_WIDTHS.findLast((known) => known <= helpWidth(columns));
  return width === undefined ? undefined : RR_HELP_PAGES[command]?.[width];
}

/** `--help` or `-h` before any `--`. */
export function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const flags = end === -1 ? argv : argv.slice(0, end);
  return flags.includes('--help') || flags.includes('-h');
}
