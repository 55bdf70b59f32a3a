/** What a machine of each kind does when, as a complete schedule. */
import { hostname } from 'node:os';

export const ROLES = ['laptop', 'hub', 'gpu', 'cpu'] as const;
export type Role = (typeof ROLES)[number];

export interface ScheduledJob {
  readonly name: string;
  /** Why it is there, in a sentence. */
  readonly why: string;
  /** Words after `rr`, without --ok-codes. */
  readonly command: readonly string[];
  /** Minute and hour of crontab(5); the other three fields are `*`, but for `weekday`. */
  readonly minute: string;
  readonly hour: string;
  /** 0 is Sunday. */
  readonly weekday?: string;
  /** Minutes between two starts, and the longest a run takes. */
  readonly everyMinutes: number;
  readonly timeoutMinutes: number;
  /** Statuses that are everyday answers and no reason for mail. */
  readonly okCodes: readonly number[];
}

export interface Schedule {
  readonly role: Role;
  readonly what: string;
  readonly jobs: readonly ScheduledJob[];
}

const DAY = 24 * 60;

/** @param config of the games; @param folder data folder; @param textfile of the metrics */
export function scheduleOf(role: Role, { config, textfile }: { config: string; textfile: string }): Schedule {
  const games = ['--config', config];
  const loop: ScheduledJob = {
    ...{ name: 'loop', why: 'learns for 50 minutes of every hour; goes on where it stopped' },
    command: ['loop', ...games, '--rounds', '1000000', '--max-seconds', '3000'],
    // 3: the new model was refused
    ...{ minute: '5', hour: '*', everyMinutes: 60, timeoutMinutes: 60, okCodes: [3, 4, 75, 124] },
  };
  const play: ScheduledJob = {
    ...{ name: 'selfplay', why: 'plays for 50 minutes of every hour with the best model there is, or without one yet' },
    command: [
      ...['selfplay', ...games, '--model', 'best', '--engine', 'gumbel', '--games', '1000000', '--max-seconds', '3000'],
      ...['--hash', 'none', '--out', `data/games/${config}.db`, ...(role === 'gpu' ? ['--provider', 'auto'] : [])],
    ],
    ...{ minute: '5', hour: '*', everyMinutes: 60, timeoutMinutes: 60, okCodes: [4, 75, 124] },
  };
  const pull = (kind: string, why: string): ScheduledJob => ({
    ...{ name: 'pull', why, command: ['sync', 'pull', '--kind', kind, '--since', 'last'] },
    ...{ minute: '*/15', hour: '*', everyMinutes: 15, timeoutMinutes: 120, okCodes: [4, 75] },
  });
  const push = (kind: string, why: string): ScheduledJob => ({
    ...{ name: 'push', why, command: ['sync', 'push', '--kind', kind, '--since', 'last'] },
    ...{ minute: '7-59/15', hour: '*', everyMinutes: 15, timeoutMinutes: 120, okCodes: [4, 75] },
  });
  const reap: ScheduledJob = {
    ...{ name: 'reap', why: 'ends trainings that hang, and frees what dead processes held', command: ['jobs', 'reap'] },
    ...{ minute: '25', hour: '*', everyMinutes: 60, timeoutMinutes: 10, okCodes: [4, 75] },
  };
  const metrics: ScheduledJob = {
    ...{ name: 'metrics', why: 'figures for Prometheus', command: ['metrics', '--textfile', textfile] },
    ...{ minute: '*', hour: '*', everyMinutes: 1, timeoutMinutes: 5, okCodes: [75] },
  };
  const sweep: ScheduledJob = {
    ...{ name: 'doctor', why: 'looks at the machine and its data, and cleans up after killed processes' },
    command: ['doctor', '--for', 'selfplay', ...(role === 'gpu' ? ['--for', 'gpu'] : []), '--sweep'],
    ...{ minute: '40', hour: '6', everyMinutes: DAY, timeoutMinutes: 60, okCodes: [] },
  };
  const report: ScheduledJob = {
    ...{ name: 'report', why: 'a page to look at', command: ['report', ...games, '--out', 'report.html'] },
    ...{ minute: '45', hour: '6', everyMinutes: DAY, timeoutMinutes: 60, okCodes: [4] },
  };
  const check: ScheduledJob = {
    ...{ name: 'check', why: 'reads every game once a week', command: ['db', 'check'] },
    ...{ minute: '30', hour: '3', weekday: '0', everyMinutes: 7 * DAY, timeoutMinutes: DAY, okCodes: [4] },
  };
  switch (role) {
    case 'laptop':
      return { role, what: 'one machine that does everything', jobs: [loop, reap, sweep, report] };
    case 'hub':
      return {
        ...{ role, what: 'gathers games, learns, judges, and hands out models' },
        jobs: [
          pull('games,results,events', 'games and results of the other machines'),
          loop,
          push('models,results', 'models for the others'),
          reap,
          metrics,
          sweep,
          check,
          report,
        ],
      };
    case 'gpu':
    case 'cpu':
      return {
        ...{ role, what: role === 'gpu' ? 'plays with a graphics card' : 'plays on its cores' },
        jobs: [
          pull('models,results', 'the newest models'),
          play,
          push('games,events', 'games for the hub'),
          reap,
          metrics,
          sweep,
        ],
      };
  }
}

/** What the other end has to allow, as lines of comment. */
export function trustNote({ role }: Schedule): string[] {
  if (role === 'laptop') return [];
  if (role === 'hub') {
    return [
      'The hub decides what is in production: in its hosts.yaml no machine needs trust: beyond the default (candidate).',
    ];
  }
  return [
    `hosts.yaml of ${hostname()} names the hub with trust: [candidate, production], so that its moves of production are`,
    'followed here; without that line its models arrive, and production stays where it is.',
  ];
}

/** Five fields of crontab(5). */
export const cronFields = ({ minute, hour, weekday = '*' }: ScheduledJob): string => `${minute} ${hour} * * ${weekday}`;

/** The words with the statuses that are no failure here. */
export const wordsOf = ({ command, okCodes }: ScheduledJob): string[] => [
  ...command,
  ...(okCodes.length > 0 ? ['--ok-codes', okCodes.join(',')] : []),
];
