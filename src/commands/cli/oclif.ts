/** The little of oclif's configuration that parsing and help need, without its search for plugins and manifests. */
import { type Command, CommandHelp, Config } from '@oclif/core';
import { hanging } from '../../core/hanging.ts';
import { VERSION } from '../../core/version.ts';

/** Plugins could hook into parsing; there are none to ask. */
class PluginlessConfig extends Config {
  override async runHook(): ReturnType<Config['runHook']> {
    return { successes: [], failures: [] };
  }
}

/** A configuration with no plugins and no file-system access. */
export function oclifConfig(): Config {
  const config = new PluginlessConfig({ root: import.meta.dirname });
  config.bin = 'rr';
  config.name = 'rr';
  config.dirname = 'rr';
  config.version = VERSION;
  config.topicSeparator = ' ';
  config.userAgent = `rr/${VERSION}`;
  config.shell = '';
  config.platform = process.platform === 'win32' ? 'win32' : 'linux';
  return config;
}

type HelpSource = Pick<
  typeof Command,
  'args' | 'flags' | 'baseFlags' | 'description' | 'examples' | 'usage' | 'strict'
>;

/** The help page of one command, at most `width` columns. */
export function commandHelp(name: string, purpose: string, source: HelpSource, width: number): string {
  const config = oclifConfig();
  const loadable = {
    id: name,
    aliases: [],
    hiddenAliases: [],
    hidden: false,
    args: Object.fromEntries(Object.entries(source.args).map(([key, arg]) => [key, { ...arg, name: key }])),
    flags: { ...source.flags, ...source.baseFlags },
    description: source.description,
    examples: source.examples,
    usage: source.usage ?? defaultUsage(name, source),
    load: () => Promise.reject(new Error('help never loads a command')),
  };
  const page = new CommandHelp(loadable, config, { maxWidth: width, flagSortOrder: 'none', docopts: false }).generate();
  const lines = page.split('\n').map((line) => (/^ +\$ rr /.test(line) ? folded(line, width) : line));
  return `${hanging(`rr ${name}: `, purpose, width)}\n\n${lines.join('\n')}\n`;
}

/**
 * A line of shell that is too long, continued below: behind a pipe, or with a backslash before a flag or a word. Quoted
 * text stays in one piece, so that the line can be copied as it stands.
 */
function folded(line: string, width: number): string {
  if (line.length <= width) return line;
  // without what is quoted
  const bare = line.replace(/'[^']*'/g, (text) => '_'.repeat(text.length));
  const indent = line.search(/\S/);
  const pipe = bare.lastIndexOf('| ', width - 1);
  const flag = bare.lastIndexOf(' --', width - 2);
  const word = bare.lastIndexOf(' ', width - 2);
  const [at, end] =
    pipe > indent ? [pipe + 1, ''] : flag > indent ? [flag, ' \\'] : [word > indent + 1 ? word : -1, ' \\'];
  return at < 0 ? line : `${line.slice(0, at)}${end}\n${folded(`      ${line.slice(at + 1)}`, width)}`;
}

function defaultUsage(name: string, { args, strict }: Pick<HelpSource, 'args' | 'strict'>): string {
  const keys = Object.keys(args);
  const words = Object.entries(args).map(([key, arg]) => {
    // what is not strict takes any number of its last argument
    const word = `${key.toUpperCase()}${!strict && key === keys.at(-1) ? '...' : ''}`;
    return arg.required ? word : `[${word}]`;
  });
  return [name, ...words, '[FLAGS]'].join(' ');
}
