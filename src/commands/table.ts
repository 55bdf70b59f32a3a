/**
 * Every command of `rr`: its name as typed, its purpose in one line, and how to load it. Nothing is discovered in the
 * file system; a command that is not listed here does not exist. Loading is lazy so that one command never pays for
 * the imports of another.
 */

import type { Catalogue, CommandEntry } from './cli/base.ts';
import type { Group } from './cli/groups.ts';

type Load = CommandEntry['load'];

const command = (group: Group, name: string, purpose: string, load: Load): CommandEntry => ({
  group,
  name,
  purpose,
  load,
});

// biome-ignore format: one line per command, so that changes to it never touch each other
export const COMMANDS: readonly CommandEntry[] = [
  command('Play and look', 'show', 'draw a position or step through a game', () => import('./show.ts')),
  command('Play and look', 'play', 'play against any player in the terminal', () => import('./play.ts')),
  command('Play and look', 'analyze', 'say what a network thinks of games and positions', () => import('./analyze.ts')),
  command('Games and samples', 'selfplay', 'play games between players and write them as records or into a database', () => import('./selfplay.ts')),
  command('Games and samples', 'export', 'turn games into NPZ training files', () => import('./export.ts')),
  command('Games and samples', 'npz check', 'judge whether training files are whole and worth learning from', () => import('./npz/check.ts')),
  command('Games and samples', 'npz info', 'list the arrays of a training file and where they come from', () => import('./npz/info.ts')),
  command('Games and samples', 'parity', 'replay recorded games strictly and report every difference', () => import('./parity.ts')),
  command('Games and samples', 'db init', 'make a replay database, or bring an old one up to date', () => import('./db/init.ts')),
  command('Games and samples', 'db check', 'check databases in full, and put aside what is damaged', () => import('./db/check.ts')),
  command('Games and samples', 'db convert', 'turn upstream’s databases into ours, or ours into upstream’s', () => import('./db/convert.ts')),
  command('Games and samples', 'db dump', 'write the games of a database as records', () => import('./db/dump.ts')),
  command('Games and samples', 'db import', 'add game records to a database', () => import('./db/import.ts')),
  command('Games and samples', 'db ls', 'list the games of databases', () => import('./db/ls.ts')),
  command('Games and samples', 'db merge', 'add the games of other databases to one', () => import('./db/merge.ts')),
  command('Games and samples', 'db quarantine', 'list, restore or drop games that were put aside', () => import('./db/quarantine.ts')),
  command('Games and samples', 'db score', 'score the quality of games that have none of today’s formula', () => import('./db/score.ts')),
  command('Games and samples', 'db stats', 'count the games of databases by config, engine, reason, seat and more', () => import('./db/stats.ts')),
  command('Learn', 'train', 'learn from training files and put the model into the store', () => import('./train.ts')),
  command('Learn', 'model average', 'average the weights of several models', () => import('./model/average.ts')),
  command('Learn', 'model export', 'copy a model out of the store', () => import('./model/export.ts')),
  command('Learn', 'model init', 'make a network with fresh weights', () => import('./model/init.ts')),
  command('Learn', 'model ls', 'list the models in the store and their pointers', () => import('./model/ls.ts')),
  command('Learn', 'model show', 'say what a model is and how it was trained', () => import('./model/show.ts')),
  command('Learn', 'model transfer', 'turn a model into one for more players or another board', () => import('./model/transfer.ts')),
  command('Learn', 'model verify', 'check a model: hash, metadata, and that all its forms answer alike', () => import('./model/verify.ts')),
  command('Judge', 'gauntlet', 'measure a model against opponents', () => import('./gauntlet.ts')),
  command('Judge', 'elo history', 'ratings in order of first games', () => import('./elo/history.ts')),
  command('Judge', 'elo ls', 'ratings of a config', () => import('./elo/ls.ts')),
  command('Judge', 'elo merge', 'take over results of other machines', () => import('./elo/merge.ts')),
  command('Judge', 'elo record', 'add match records to the results', () => import('./elo/record.ts')),
  command('Judge', 'elo stale', 'who has not played for long', () => import('./elo/stale.ts')),
  command('Judge', 'elo trend', 'Elo per hour, plateau and regression', () => import('./elo/trend.ts')),
  command('Judge', 'elo unrated', 'models that have not played yet', () => import('./elo/unrated.ts')),
  command('Judge', 'promote', 'put a model into production if it passes every check', () => import('./promote.ts')),
  command('Judge', 'loop', 'from nothing to a promoted model, round by round', () => import('./loop.ts')),
  command('Judge', 'report', 'what happened to a config, on one page', () => import('./report.ts')),
  command('Operate', 'bench compare', 'compare the figures of two benches or of two commits', () => import('./bench/compare.ts')),
  command('Operate', 'bench engine', 'measure the rules: games, plies and decisions a second, per config', () => import('./bench/engine.ts')),
  command('Operate', 'bench export', 'measure how fast games become training files', () => import('./bench/export.ts')),
  command('Operate', 'bench net', 'measure positions a second of a network by form, beside the arithmetic peak', () => import('./bench/net.ts')),
  command('Operate', 'bench round', 'measure what one round of the loop gains under different settings', () => import('./bench/round.ts')),
  command('Operate', 'bench search', 'measure the cost of simulations, and find the fastest settings for a network', () => import('./bench/search.ts')),
  command('Operate', 'bench selfplay', 'measure self-play with database writes, per core and over workers', () => import('./bench/selfplay.ts')),
  command('Operate', 'bench targets', 'measure how good the policy targets of searched games are', () => import('./bench/targets.ts')),
  command('Operate', 'bench train', 'measure training samples a second, also beside PyTorch', () => import('./bench/train.ts')),
  command('Operate', 'cluster exec', 'run one command on many hosts', () => import('./cluster/exec.ts')),
  command('Operate', 'cluster ls', 'list the hosts of hosts.yaml', () => import('./cluster/ls.ts')),
  command('Operate', 'cluster probe', 'see whether hosts can be reached, know us and run rr', () => import('./cluster/probe.ts')),
  command('Operate', 'cluster status', 'show load, disk, GPUs, jobs, games and models of hosts', () => import('./cluster/status.ts')),
  command('Operate', 'cluster update', 'bring hosts to one version of rr', () => import('./cluster/update.ts')),
  command('Operate', 'completion', 'print a completion script for bash, zsh or fish', () => import('./completion.ts')),
  command('Operate', 'config show', 'print the settings in force and where each came from', () => import('./config/show.ts')),
  command('Operate', 'doctor', 'check that this machine and its data are fit for work', () => import('./doctor.ts')),
  command('Operate', 'events export', 'write the log of events as records', () => import('./events/export.ts')),
  command('Operate', 'events import', 'take in the events of another machine', () => import('./events/import.ts')),
  command('Operate', 'events ls', 'list what happened', () => import('./events/ls.ts')),
  command('Operate', 'events schema', 'say what the types of events are', () => import('./events/schema.ts')),
  command('Operate', 'events tail', 'show what is new in the log of events', () => import('./events/tail.ts')),
  command('Operate', 'init', 'write an rr.yaml for this machine, with measured settings', () => import('./init.ts')),
  command('Operate', 'jobs emit', 'print a job array for Slurm, Kubernetes, GNU parallel or cron', () => import('./jobs/emit.ts')),
  command('Operate', 'jobs ls', 'list the commands at work, and how earlier ones ended', () => import('./jobs/ls.ts')),
  command('Operate', 'jobs reap', 'end trainings that make no progress, and free their leases', () => import('./jobs/reap.ts')),
  command('Operate', 'man', 'print manual pages', () => import('./man.ts')),
  command('Operate', 'metrics', 'write figures of this machine for Prometheus', () => import('./metrics.ts')),
  command('Operate', 'sync agent', 'answer the sync of another machine (rr starts it itself)', () => import('./sync/agent.ts')),
  command('Operate', 'sync plan', 'say what a push and a pull would move, with sizes', () => import('./sync/plan.ts')),
  command('Operate', 'sync pull', 'fetch games, samples, models and results that this machine lacks', () => import('./sync/pull.ts')),
  command('Operate', 'sync push', 'send games, samples, models and results that other machines lack', () => import('./sync/push.ts')),
  command('Operate', 'sync status', 'tell when each host was last synced with and how it went', () => import('./sync/status.ts')),
];

/** First words that hold several commands, with their purpose. */
export const TOPICS: Readonly<Record<string, string>> = {
  bench: 'rates, and the limits they are held against',
  npz: 'training files',
  model: 'networks and the model store',
  db: 'databases of games, ours and upstream’s',
  elo: 'ratings',
  config: 'settings and their origin',
  cluster: 'the hosts of hosts.yaml',
  events: 'the log of what happened',
  jobs: 'commands at work, and jobs for schedulers that exist',
  sync: 'move games, samples, models and results between machines',
};

/** The commands of `rr` and the words that group them. */
export const CATALOGUE: Catalogue = { commands: COMMANDS, topics: TOPICS };
