/**
 * The one registry of expected failures: code → exit status and message. Commands print `message` as a single line
 * and leave with `exit`; docs/commands.md lists EXIT_CODES. Exceptions that are not an RrError (or an
 * engine RulesError, whose codes are listed here too) are bugs and exit 1.
 */

/** Exit statuses of every command (docs/commands.md). */
export const EXIT_CODES = {
  0: 'done, or the gate passed',
  1: 'unexpected failure (a bug: please report it)',
  2: 'wrong usage, or a missing component',
  3: 'the gate said no',
  4: 'nothing to do',
  5: 'corrupt input',
  6: 'partly done',
  75: 'try again later (lock, lease, disk)',
  78: 'bad configuration or incompatible version',
  124: 'time used up',
  130: 'interrupted (SIGINT) after a clean flush',
  143: 'terminated (SIGTERM) after a clean flush',
} as const;
export type ExitCode = keyof typeof EXIT_CODES;

interface ErrorSpec {
  readonly exit: ExitCode;
  /** One line: what, where, how to fix it. `{name}` is replaced by the parameter of that name. */
  readonly message: string;
}

const define = <T extends Record<string, ErrorSpec>>(table: T): T => table;

export const ERRORS = define({
  // usage
  USAGE: { exit: 2, message: '{detail}' },
  UNKNOWN_COMMAND: { exit: 2, message: "no command '{command}'{hint}; see rr --help" },
  FILE_NOT_FOUND: { exit: 2, message: '{path}: no such file{hint}' },
  NO_INPUT: { exit: 2, message: 'nothing to read: {detail}' },
  // records
  RECORD_INVALID: { exit: 5, message: '{where}: not a valid record: {detail}' },
  RECORD_TRUNCATED: {
    exit: 5,
    message: '{where}: the stream ends without a summary record; pass --allow-truncated to use what there is',
  },
  RECORD_NONE: {
    exit: 5,
    message: '{where}: empty, without a single record; what should have written it says why{hint}',
  },
  RECORD_NEWER: { exit: 78, message: '{where}: record schema {found} is newer than {known}; update rr' },
  // files
  FILE_CORRUPT: { exit: 5, message: '{path}: {detail}' },
  DISK_FULL: { exit: 75, message: '{path}: no space left on the device; free some and run the same command again' },
  FILE_LIMIT: {
    exit: 2,
    message: '{path}: the limit on the size of files is reached; raise it (ulimit -f) and run the same command again',
  },
  OPEN_FILES: {
    exit: 2,
    message:
      'too many open files for the limit of this shell ({detail}); raise it (ulimit -n) and run the same command again',
  },
  DISK_FAILED: {
    exit: 75,
    message: '{path}: the disk refused to read or write it ({detail}); see whether it is sound',
  },
  // configuration
  CONFIG_UNKNOWN_KEY: { exit: 78, message: "{where}: unknown key '{key}'{hint}" },
  CONFIG_INVALID: { exit: 78, message: '{where}: {detail}' },
  // engine (RulesError): the message is the engine's own
  SETUP_INVALID: { exit: 5, message: '{detail}' },
  MOVE_INVALID: { exit: 5, message: '{detail}' },
  MOVE_ILLEGAL: { exit: 5, message: '{detail}' },
  // command line and system
  NO_PERMISSION: { exit: 2, message: '{path}: no permission' },
  CANNOT_OPEN: { exit: 2, message: '{path}: cannot be opened: {detail}' },
  LOCKED: { exit: 75, message: '{path}: in use by another process; try again later' },
  OUT_OF_RESOURCES: { exit: 75, message: 'the system refused: {detail}; try again later' },
  RECORD_NO_HEADER: {
    exit: 5,
    message: '{where}: the stream does not start with a header record; pass --allow-truncated to use what there is',
  },
  // other engines
  ENGINE_FAILED: { exit: 2, message: "the engine '{command}' cannot be used: {detail}" },
  NOTIFY_FAILED: { exit: 2, message: "--notify '{command}': {detail}; what it was not told it is told the next time" },
  // search
  EVALUATOR_NOT_FINITE: {
    exit: 5,
    message: "evaluator '{id}' gave {value} as {what} of a position with {moves} legal moves; the model is not usable",
  },
  EVALUATORS_DISAGREE: {
    exit: 3,
    message: "evaluators '{first}' and '{second}' differ by {difference} in {what}, more than {tolerance}",
  },
  NETWORK_NEEDED: {
    exit: 2,
    message: "player '{player}' needs a network; name one with --model, or use mcts-heuristic",
  },
  INFERENCE_FAILED: { exit: 1, message: 'the inference worker on {provider} failed: {detail}' },
  GPU_REQUIRED: {
    exit: 2,
    message: 'no GPU provider works here ({detail}); rr doctor tells how to add one, or leave --require-gpu out',
  },
  BATCH_TOO_LARGE: {
    exit: 2,
    message:
      'batches of {batch} positions need about {needed} of memory and {available} are free; about {fits} would fit',
  },
  SEARCH_BUDGET: { exit: 2, message: 'a search needs at least 2 simulations, not {simulations}; raise --budget' },
  // npz files and databases
  NPZ_ARRAY_MISSING: { exit: 5, message: "{path}: has no array '{array}'{hint}" },
  NPZ_CHECKSUM: {
    exit: 5,
    message: '{path}: array {array} does not match its recorded checksum; the file is damaged, export it again',
  },
  NPZ_PICKLE_REFUSED: {
    exit: 5,
    message: '{where}: the pickle calls for {name}, which rr does not load (only NumPy arrays and plain values are)',
  },
  NPZ_TOO_LARGE: { exit: 2, message: '{where}: {bytes} bytes are above the limit of {limit}; read it row by row' },
  DB_LOCKED: { exit: 75, message: '{path}: another process is writing to it; try again when that is done' },
  DB_NEWER: { exit: 78, message: '{path}: {kind} schema {found} is newer than {known}; update rr' },
  DB_NETWORK_FS: {
    exit: 78,
    message: '{path}: is on {kind}, where a WAL database cannot be kept safe; use a local folder and merge afterwards',
  },
  DB_READ_ONLY: { exit: 78, message: '{path}: cannot be written; check its permissions' },
  DB_LEFTOVER: {
    exit: 2,
    message: '{path}: {left} is there, of another database of that name; delete or move it, or name another file',
  },
  DB_GAME_REFUSED: { exit: 5, message: '{path}: game {game}: {detail}' },
  SQLITE_TOO_OLD: { exit: 2, message: 'SQLite {found} is too old, rr needs {known}; run npm ci in the checkout of rr' },
  // networks
  MODEL_INVALID: { exit: 5, message: '{where}: not a usable model: {detail}' },
  MODEL_HASH: {
    exit: 5,
    message: '{where}: the contents do not match the hash they carry ({found} instead of {expected}); fetch it again',
  },
  MODEL_FOREIGN: {
    exit: 5,
    message: '{where}: not the file that rr writes for these weights: {detail}; other tools would run another network',
  },
  MODEL_INCOMPATIBLE: { exit: 78, message: '{where}: {detail}' },
  NET_INPUT: { exit: 5, message: '{where}: {detail}' },
  PROVIDER_MISSING: {
    exit: 2,
    message:
      "the runtime cannot use '{provider}' here ({detail}); rr doctor tells how to add it, --provider cpu works anywhere",
  },
  // state, leases and the model store
  STATE_NOT_WRITABLE: {
    exit: 75,
    message:
      '{path}: the state cannot be written ({detail}), so nothing was claimed, recorded or promoted; see its disk and its permissions, then run the same command again',
  },
  LEASE_HELD: {
    exit: 75,
    message: "'{name}' is being worked on by {owner} ({holder}) until at least {until}; try again later",
  },
  LEASE_LOST: {
    exit: 75,
    message: "the lease '{name}' (epoch {epoch}) was taken over by another process; nothing further was written",
  },
  MODEL_NOT_FOUND: { exit: 2, message: "no model '{name}' of {config}{hint}" },
  MODEL_AMBIGUOUS: { exit: 2, message: "'{name}' fits {count} models of {config}; give more digits of the hash" },
  MODEL_POINTER_MOVED: {
    exit: 75,
    message: '{config}: {pointer} is {found} and no longer {expected}; look at it and decide again',
  },
  // hosts and transfers
  HOST_UNKNOWN: { exit: 2, message: "no host '{host}' in {file}{hint}" },
  HOST_KEY_UNKNOWN: {
    exit: 78,
    message:
      '{host}: the host key is not in {file} ({fingerprint}); if it is the right one: rr cluster probe {host} --accept-key {fingerprint}',
  },
  HOST_KEY_CHANGED: {
    exit: 78,
    message:
      '{host}: the host key is {fingerprint}, another one than in {file}; somebody may be listening in, or the host was set up anew (then remove its line there)',
  },
  HOST_AUTH: {
    exit: 78,
    message: '{host}: no key was accepted for user {user}; check key, agent and user in hosts.yaml',
  },
  HOST_UNREACHABLE: { exit: 75, message: '{host}: cannot be reached ({detail})' },
  HOST_RESTING: {
    exit: 75,
    message: '{host}: failed {failures} times, last {reason}; not tried before {until} (--no-breaker tries now)',
  },
  HOST_COMMAND: { exit: 75, message: '{host}: {detail}' },
  HOST_VERSION: {
    exit: 78,
    message: '{host}: runs rr {found} ({detail}), here is {known}; bring them together with rr cluster update',
  },
  HOST_PROTOCOL: { exit: 5, message: '{host}: gave an answer that makes no sense: {detail}' },
  CLOCK_SKEW: {
    exit: 75,
    message: '{host}: its clock is {seconds} s away from ours, more than {limit} s; set the clocks',
  },
  DISK_GUARD: {
    exit: 75,
    message: '{host}: {path} has {free} free, needs {need} and keeps {reserve} in reserve; free some',
  },
  TRANSFER_CORRUPT: {
    exit: 5,
    message: '{host}: {item} does not have the content it was announced with; it was thrown away',
  },
  // job engines
  SLURM_MISSING: { exit: 2, message: '--executor slurm needs {program} on the PATH of this machine' },
  SLURM_FAILED: { exit: 75, message: 'Slurm: {detail}' },
  // training
  TRAINING_DATA: { exit: 5, message: '{where}: {detail}; nothing was learned, export the file again' },
  TRAINING_MISMATCH: { exit: 78, message: '{where}: {detail}' },
  QUALITY_REFUSED: {
    exit: 3,
    message: '{where}: below the quality gate: {detail}; rr npz check says more, --no-gate learns from it all the same',
  },
  TRAINING_EMPTY: { exit: 4, message: '{where}: no samples to learn from' },
  TRAINING_DIVERGED: {
    exit: 3,
    message: '{config}: {what} at step {step}{before}; try a lower --lr or a smaller --clip-norm',
  },
  CHECKPOINT_INVALID: {
    exit: 5,
    message: '{path}: {detail}; remove it and train without --resume',
  },
  CHECKPOINT_UNFINISHED: {
    exit: 2,
    message:
      '{path}: holds an unfinished training, at step {step}; continue it with --resume and its settings, or start over with --no-resume',
  },
  CHECKPOINT_MISMATCH: {
    exit: 78,
    message:
      '{path}: was made with {name} {found}, now it is {expected}; train with the same settings or without --resume',
  },
  // folders
  FOLDER_IMPOSSIBLE: { exit: 2, message: '{path}: the folder cannot be made: {detail}' },
  IS_FOLDER: { exit: 2, message: '{path}: is a folder; name a file' },
  // arena
  PROGRAM_MISSING: { exit: 2, message: "the program '{command}' cannot be started: the shell finds none of that name" },
  PROGRAM_UNUSABLE: {
    exit: 2,
    message: "the program '{command}' gave no answer in {times} starts; run it by hand and see what it says",
  },
});
export type ErrorCode = keyof typeof ERRORS;

/** An expected failure: a code of the registry and the parameters of its message. */
export class RrError extends Error {
  readonly code: ErrorCode;
  readonly exit: ExitCode;
  readonly params: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, params: Readonly<Record<string, string | number>> = {}, options?: ErrorOptions) {
    super(formatMessage(code, params), options);
    this.name = 'RrError';
    this.code = code;
    this.exit = ERRORS[code].exit;
    this.params = params;
  }
}

/** What of an RrError travels between threads: cloning it keeps the message and nothing else. */
export type ErrorParts = Pick<RrError, 'code' | 'params'>;

export const partsOf = ({ code, params }: RrError): ErrorParts => ({ code, params });

function formatMessage(code: ErrorCode, params: Readonly<Record<string, string | number>>): string {
  return ERRORS[code].message.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''));
}
