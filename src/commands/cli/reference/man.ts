/** Manual pages in man(7) macros, from the same source as help. */
import { EXIT_CODES } from '../../../core/errors.ts';
import { VERSION } from '../../../core/version.ts';
import type { CommandSpec, FlagSpec } from './spec.ts';

/** `rr-selfplay.1` */
export const pageName = (command: string): string => `rr-${command.replaceAll(' ', '-')}`;

/** The page of one command. */
export function commandPage(spec: CommandSpec): string {
  const { name, purpose, description, examples, flags, args } = spec;
  const words = args.map(({ name: arg, required, several }) => {
    const word = ital(arg.toUpperCase()) + (several ? '...' : '');
    return required ? word : `[${word}]`;
  });
  return page(pageName(name), purpose, [
    section('SYNOPSIS', [`.B rr ${roff(name)}`, [...words, `[${ital('FLAGS')}]`].join(' ')]),
    section('DESCRIPTION', [roff(description)]),
    args.length === 0
      ? ''
      : section(
          'ARGUMENTS',
          args.flatMap((arg) => entry(ital(arg.name.toUpperCase()), arg.description)),
        ),
    section('FLAGS', flags.filter(({ global }) => !global).flatMap(flagEntry)),
    section('FLAGS OF EVERY COMMAND', flags.filter(({ global }) => global).flatMap(flagEntry)),
    section('EXIT STATUS', exitLines()),
    examples.length === 0 ? '' : section('EXAMPLES', ['.nf', ...examples.map((line) => roff(line)), '.fi']),
    section('SEE ALSO', ['.BR rr (1)']),
  ]);
}

/** rr(1): what there is. */
export function overviewPage(specs: readonly CommandSpec[]): string {
  return page('rr', 'self-play training for RingRift from a shell', [
    section('SYNOPSIS', ['.B rr', `${ital('COMMAND')} [${ital('FLAGS')}]`]),
    section(
      'COMMANDS',
      specs.flatMap(({ name, purpose }) => entry(`\\fBrr ${roff(name)}\\fR`, purpose)),
    ),
    section('EXIT STATUS', exitLines()),
    section('SEE ALSO', [specs.map(({ name }) => `.BR ${pageName(name)} (1)`).join(',\n')]),
  ]);
}

function page(name: string, purpose: string, sections: readonly string[]): string {
  const head = `.TH ${name.toUpperCase()} 1 "" "rr ${VERSION}" "rr"`;
  return `${[head, section('NAME', [`${roff(name)} \\- ${roff(purpose)}`]), ...sections].filter(Boolean).join('\n')}\n`;
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `.SH ${title.includes(' ') ? `"${title}"` : title}\n${lines.join('\n')}`;

const entry = (term: string, text: string): string[] => ['.TP', term, roff(text)];

function flagEntry({ name, char, value, description, options, negatable }: FlagSpec): string[] {
  const long = [name, ...(negatable ? [`no-${name}`] : [])].map((word) => `\\fB\\-\\-${roff(word)}\\fR`).join(', ');
  const term = `${char ? `\\fB\\-${char}\\fR, ` : ''}${long}${value === undefined ? '' : `=${ital(value)}`}`;
  const listed = options.length > 0 && value !== options.join('|') ? ` (${options.join(', ')})` : '';
  return entry(term, `${description}${listed}`);
}

const exitLines = (): string[] =>
  Object.entries(EXIT_CODES).flatMap(([code, meaning]) => entry(`\\fB${code}\\fR`, meaning));

const ital = (text: string): string => `\\fI${roff(text)}\\fR`;

/** Text as it is: backslashes, hyphens that are typed, and lines that would begin a macro. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');
