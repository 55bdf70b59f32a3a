/** A schedule in the words of a scheduler that exists, ready to paste. */
import { quoteArgv } from '../../io/shell.ts';
import { kubernetesCronJob } from '../jobs/kubernetes.ts';
import { cronFields, type Schedule, type ScheduledJob, trustNote, wordsOf } from './roles.ts';

export const SCHEDULERS = ['cron', 'systemd', 'slurm', 'k8s', 'jobs-file'] as const;
export type Scheduler = (typeof SCHEDULERS)[number];

export interface ScheduleOptions {
  /** How `rr` is started there. */
  readonly rr: readonly string[];
  /** Folder that holds data/, models/, state/ and hosts.yaml. */
  readonly folder: string;
  readonly image: string | undefined;
  readonly claim: string | undefined;
}

export function scheduleText(schedule: Schedule, scheduler: Scheduler, options: ScheduleOptions): string {
  switch (scheduler) {
    case 'cron':
      return crontab(schedule, options, 'cron');
    case 'slurm':
      return crontab(schedule, options, 'slurm');
    case 'systemd':
      return systemd(schedule, options);
    case 'k8s':
      return kubernetes(schedule, options);
    case 'jobs-file':
      return jobsFile(schedule);
  }
}

const heading = (schedule: Schedule, how: string): string =>
  [`rr, role ${schedule.role}: ${schedule.what}.`, how, ...trustNote(schedule)].map((line) => `# ${line}\n`).join('');

/** Lines for crontab(5), or for scrontab(1), which takes the same with options of sbatch above each. */
function crontab(schedule: Schedule, { rr, folder }: ScheduleOptions, kind: 'cron' | 'slurm'): string {
  const how =
    kind === 'cron'
      ? 'Lines for `crontab -e`. Leases keep runs apart: no flock is needed.'
      : 'Lines for `scrontab -e`.';
  const lines = schedule.jobs.map((job) => {
    const command = `cd ${quoteArgv([folder])} && ${quoteArgv([...rr, ...wordsOf(job)])}`;
    // cron ends the command at a percent sign unless it stands behind a backslash
    const line = `${cronFields(job)} ${`${command} >> rr-${job.name}.log 2>&1`.replaceAll('%', '\\%')}`;
    const scron = kind === 'slurm' ? `#SCRON --job-name=rr-${job.name} --time=${job.timeoutMinutes}\n` : '';
    return `\n# ${job.why}\n${scron}${line}\n`;
  });
  return `${heading(schedule, how)}${lines.join('')}`;
}

/** A service and a timer for each job, each under the name of its file. */
function systemd(schedule: Schedule, { rr, folder }: ScheduleOptions): string {
  const units = schedule.jobs.map((job) => {
    const words = [...rr, ...wordsOf(job)].map(unitWord).join(' ');
    return `
# /etc/systemd/system/rr-${job.name}.service
[Unit]
Description=rr: ${job.why}

[Service]
Type=oneshot
WorkingDirectory=${folder.replaceAll('%', '%%')}
ExecStart=${words}
TimeoutStartSec=${job.timeoutMinutes}min
TimeoutStopSec=60
KillMode=mixed

# /etc/systemd/system/rr-${job.name}.timer
[Unit]
Description=rr: ${job.why}

[Timer]
OnCalendar=${calendar(job)}
Persistent=true

[Install]
WantedBy=timers.target
`;
  });
  const names = schedule.jobs.map(({ name }) => `rr-${name}.timer`).join(' ');
  return `${heading(schedule, `Two files for each job; then systemctl enable --now ${names}`)}${units.join('')}`;
}

/** As systemd.unit(5) wants words that hold blanks, quotes, % or $. */
const unitWord = (word: string): string => {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll('$', '$$$$').replaceAll('"', '\\"');
  return /[\s"'\\]/.test(word) ? `"${escaped}"` : escaped;
};

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** systemd.time(7) for the fields that schedules use. */
function calendar({ minute, hour, weekday }: ScheduledJob): string {
  const [, from = '0', step] = /^(?:\*|(\d+)-59)\/(\d+)$/.exec(minute) ?? [];
  const minutes = step === undefined ? minute : `${from}/${step}`;
  const day = weekday === undefined ? '' : `${DAYS[Number(weekday)]} `;
  return `${day}*-*-* ${hour}:${minutes}:00`;
}

function kubernetes(schedule: Schedule, { rr, image = '', claim }: ScheduleOptions): string {
  const objects = schedule.jobs.map((job) =>
    kubernetesCronJob({
      ...{ name: `rr-${job.name}`, schedule: cronFields(job), seconds: job.timeoutMinutes * 60, image, claim },
      words: [...rr, ...wordsOf(job)],
    }),
  );
  return `${heading(schedule, 'CronJobs for `kubectl apply -f -`.')}---\n${objects.join('---\n')}`;
}

function jobsFile(schedule: Schedule): string {
  const jobs = schedule.jobs.map(({ name, why, command, everyMinutes, timeoutMinutes, okCodes }) => {
    const codes = [...new Set([0, ...okCodes])].sort((a, b) => a - b).join(', ');
    const words = command.some((word) => /[\s"'\\]/.test(word)) ? JSON.stringify(command) : command.join(' ');
    const times = `every: ${everyMinutes}m\n    timeout: ${timeoutMinutes}m`;
    return `  # ${why}\n  ${name}:\n    command: ${words}\n    ${times}\n    ok-codes: [${codes}]\n`;
  });
  const how = 'For rr doctor --jobs, as jobs.yaml in the folder where it runs.';
  return `${heading(schedule, how)}\njobs:\n${jobs.join('\n')}`;
}
