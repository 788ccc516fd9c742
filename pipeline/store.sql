-- The run store. Everything else in an output folder can be written again from these tables.
CREATE TABLE IF NOT EXISTS info (
  key   TEXT PRIMARY KEY,   -- "export": digest of what the output files were last written from; "run": JSON of the last run
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS documents (
  id       TEXT PRIMARY KEY,
  position INTEGER NOT NULL,          -- order of the input
  run      INTEGER NOT NULL,          -- last run that saw it; outputs hold the documents of the newest run only
  origin   TEXT NOT NULL,             -- file, or file:line, that it was read from
  prints   TEXT NOT NULL,             -- JSON list: fingerprint after reading and after each stage
  raw      TEXT NOT NULL,
  clean    TEXT NOT NULL,
  meta     TEXT NOT NULL,             -- JSON object
  warnings TEXT NOT NULL,             -- JSON list
  marks    TEXT NOT NULL,             -- JSON list of [start, end, flag, stage, rule]
  written  TEXT NOT NULL DEFAULT ''   -- digest of what its files in clean/ and translated/ were last written from
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS documents_in_order ON documents (run, position);

CREATE TABLE IF NOT EXISTS edits (
  doc TEXT NOT NULL, n INTEGER NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
  stage TEXT NOT NULL, rule TEXT NOT NULL, kind TEXT NOT NULL, score REAL NOT NULL,
  PRIMARY KEY (doc, n)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS segments (
  doc TEXT NOT NULL, seg INTEGER NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, source TEXT NOT NULL, line INTEGER NOT NULL,
  target TEXT NOT NULL, hypothesis TEXT NOT NULL, logprob REAL, alignment TEXT NOT NULL,
  score REAL, origin TEXT NOT NULL, state TEXT NOT NULL, language TEXT NOT NULL, flags TEXT NOT NULL,
  PRIMARY KEY (doc, seg)
) WITHOUT ROWID;

-- Inputs that could not be read or processed in the newest run.
CREATE TABLE IF NOT EXISTS failures (
  origin TEXT PRIMARY KEY, run INTEGER NOT NULL, id TEXT NOT NULL, prints TEXT NOT NULL, reason TEXT NOT NULL
) WITHOUT ROWID;

-- Translation memory; the key is a digest of normalised source, model and decoding options.
CREATE TABLE IF NOT EXISTS memory (
  key TEXT PRIMARY KEY, entry TEXT NOT NULL
) WITHOUT ROWID;
