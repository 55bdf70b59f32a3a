/** A small real command that exercises what RrCommand promises: records, stopping, failures, bare flags. */
import { Args, Flags } from '@oclif/core';
import { type Outcome, RrCommand } from '../../../../src/commands/cli/base.ts';
import { gameFlags, gameFromFlags, seedFlag, shardFlag } from '../../../../src/commands/cli/flags.ts';
import { RrError } from '../../../../src/core/errors.ts';
import { RulesError } from '../../../../src/engine/errors.ts';
import { header } from '../../../../src/io/ndjson/header.ts';
import { shardFrom } from '../../../../src/selfplay/setup/shard.ts';

export default class Probe extends RrCommand {
  static override description = 'Writes numbers.';
  static override examples = ['rr probe --count 3'];
  static override args = { file: Args.string({ description: 'not read' }) };
  static override flags = {
    ...gameFlags,
    ...seedFlag,
    ...shardFlag,
    count: Flags.integer({ default: 0, description: 'records to write' }),
    wait: Flags.boolean({ description: 'wait to be stopped before the summary' }),
    stubborn: Flags.boolean({ description: 'keep going when stopped' }),
    limit: Flags.string({ description: 'seconds until it stops itself' }),
    fail: Flags.string({ description: 'fail in this way' }),
    exit: Flags.integer({ options: ['0', '3', '4', '6'], description: 'leave with this status' }),
    late: Flags.boolean({ description: 'fail after writing' }),
    echo: Flags.boolean({ description: 'copy stdin' }),
    db: Flags.string({ multiple: true, description: 'files' }),
  };

  protected override get bareFlags(): Readonly<Record<string, string>> {
    return { db: '' };
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Probe);
    if (flags.fail) fail(flags.fail);
    if (flags.limit) this.stop.limit(Number(flags.limit));
    const game = gameFromFlags(flags);
    const shard = shardFrom(flags.shard);
    const records = await this.records();
    await records.write(
      header({
        command: 'probe',
        ...(game ? { config: game.key } : {}),
        ...(flags.seed === undefined ? {} : { seed: flags.seed }),
        ...(shard ? { shard: `${shard.index}/${shard.count}` } : {}),
        ...(flags.db ? { db: flags.db } : {}),
      }),
    );
    let written = 0;
    for (; written < flags.count && !this.stopping; written++) await records.write({ type: 'number', n: written });
    if (flags.late) fail('ENOSPC');
    if (flags.echo)
      for await (const chunk of process.stdin) await records.write({ type: 'input', text: String(chunk) });
    if (flags.wait || flags.stubborn) {
      await records.flush();
      await waitFor(this.stop.signal, flags.stubborn);
    }
    await records.write({ type: 'summary', written });
    return flags.exit === 4 ? 4 : flags.exit === 6 ? 6 : undefined;
  }
}

/** Keeps the process alive until the signal, or for ever. */
function waitFor(signal: AbortSignal, forever: boolean): Promise<void> {
  const alive = setInterval(() => {}, 1000);
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      if (forever) return;
      clearInterval(alive);
      resolve();
    });
  });
}

function fail(how: string): never {
  switch (how) {
    case 'expected':
      throw new RrError('RECORD_INVALID', { where: 'stdin:3', detail: 'two\nlines' });
    case 'rules':
      throw new RulesError('MOVE_ILLEGAL', 'move 3: not legal');
    case 'bug':
      throw new TypeError('x is not a function');
    default:
      throw Object.assign(new Error(`${how}: something, open '/data/x.db'`), { code: how, path: '/data/x.db' });
  }
}
