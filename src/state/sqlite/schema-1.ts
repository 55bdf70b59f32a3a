/** The first tables. Once released a step is never edited. */
export const FIRST_TABLES = `
CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  epoch INTEGER NOT NULL,
  owner TEXT NOT NULL,
  host TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  pid INTEGER NOT NULL,
  acquired_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE runs (
  run_id TEXT NOT NULL PRIMARY KEY,
  command TEXT NOT NULL,
  config TEXT,
  host TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  pid INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  heartbeat_at INTEGER NOT NULL,
  ended_at INTEGER,
  exit INTEGER,
  detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail))
) STRICT;
CREATE INDEX runs_open ON runs(ended_at, heartbeat_at);

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  run_id TEXT,
  config TEXT,
  detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail))
) STRICT;
CREATE INDEX events_by_kind ON events(kind, at);

CREATE TABLE cursors (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE model_audit (
  id TEXT NOT NULL PRIMARY KEY,
  config TEXT NOT NULL,
  pointer TEXT NOT NULL,
  hash TEXT NOT NULL,
  previous TEXT,
  generation INTEGER NOT NULL,
  at INTEGER NOT NULL,
  host TEXT NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail))
) STRICT;
CREATE INDEX model_audit_by_pointer ON model_audit(config, pointer, generation);

CREATE TABLE results (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  config TEXT,
  at INTEGER NOT NULL,
  record TEXT NOT NULL CHECK (json_valid(record))
) STRICT;
CREATE INDEX results_by_kind ON results(kind, config, at);

CREATE TABLE file_hashes (
  path TEXT NOT NULL PRIMARY KEY,
  stamp TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE breakers (
  host TEXT NOT NULL PRIMARY KEY,
  failures REAL NOT NULL,
  failed_at INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
`;
