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
  written  TEXT NOT NULL DEFAULT ''   -- files in clean/ and translated/: 'yes' written since, 'old' maybe there, '' none
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
  origin TEXT PRIMARY KEY, run INTEGER NOT NULL, id TEXT NOT NULL, reason TEXT NOT NULL
) WITHOUT ROWID;

-- Translation memory; the key is a digest of normalised source, model and decoding options.
CREATE TABLE IF NOT EXISTS memory (
  key TEXT PRIMARY KEY, entry TEXT NOT NULL
) WITHOUT ROWID;

-- What reviewers did, in order; rows are only ever added (see `pipeline.review.events`).
CREATE TABLE IF NOT EXISTS events (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  uid        TEXT NOT NULL UNIQUE,    -- the same in every journal
  doc        TEXT NOT NULL,
  key        TEXT NOT NULL,           -- digest of the normalised source segment, or of the removed text
  occurrence INTEGER NOT NULL,        -- which of the document's segments with that key, from 0
  seg        INTEGER NOT NULL,        -- number of the segment at that time, -1 for a removed text
  kind       TEXT NOT NULL,           -- accept edit flag reject restore comment undo
  text       TEXT NOT NULL,           -- English (accept, edit), reason (flag, reject), comment, removed text (restore)
  source     TEXT NOT NULL,           -- the French that was seen
  machine    TEXT NOT NULL,           -- the machine's English that was seen
  reviewer   TEXT NOT NULL,
  at         TEXT NOT NULL,           -- UTC, ISO 8601
  base       TEXT NOT NULL,           -- uid of the event that this one was based on
  batch      TEXT NOT NULL,           -- events of one action share it
  undoes     TEXT NOT NULL,           -- uid of the event that an undo takes back
  replaces   TEXT NOT NULL            -- "key.occurrence" of the decision on an earlier French that this one settles
);
CREATE INDEX IF NOT EXISTS events_of_segment ON events (doc, key, occurrence);
CREATE INDEX IF NOT EXISTS events_of_batch ON events (batch);
CREATE INDEX IF NOT EXISTS events_undone ON events (undoes) WHERE undoes <> '';
CREATE TRIGGER IF NOT EXISTS events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER IF NOT EXISTS events_last BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

-- What the events of a segment come to; written anew from them.
CREATE TABLE IF NOT EXISTS decisions (
  doc TEXT NOT NULL, key TEXT NOT NULL, occurrence INTEGER NOT NULL, seg INTEGER NOT NULL,
  state    TEXT NOT NULL,             -- "unreviewed" where all was undone
  text     TEXT,                      -- the English that was decided, or the removed text to restore
  reason   TEXT NOT NULL, source TEXT NOT NULL, machine TEXT NOT NULL, reviewer TEXT NOT NULL, at TEXT NOT NULL,
  version  TEXT NOT NULL,             -- uid of the newest event that is not a comment
  replaces TEXT NOT NULL,
  PRIMARY KEY (doc, key, occurrence)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS decisions_of_reviewer ON decisions (reviewer, at, state) WHERE state <> 'unreviewed';
CREATE INDEX IF NOT EXISTS decisions_of_source ON decisions (key, text) WHERE state IN ('accepted', 'edited');

-- What a reviewer is typing.
CREATE TABLE IF NOT EXISTS drafts (
  doc TEXT NOT NULL, key TEXT NOT NULL, occurrence INTEGER NOT NULL, reviewer TEXT NOT NULL,
  text TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (doc, key, occurrence, reviewer)
) WITHOUT ROWID;

-- The review app's index: one row for each segment and removed text of the indexed documents, with its state.
CREATE TABLE IF NOT EXISTS indexed (
  doc TEXT PRIMARY KEY, position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS review (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  doc        TEXT NOT NULL,
  position   INTEGER NOT NULL,        -- of the document
  ord        INTEGER NOT NULL,        -- within the document
  seg        INTEGER,                 -- number of the segment, NULL for a removed text
  edit       INTEGER,                 -- number of the edit that removed a text, NULL for a segment
  key        TEXT NOT NULL, occurrence INTEGER NOT NULL,
  former     TEXT NOT NULL,           -- "key.occurrence" of the decision on an earlier French, "" where there is none
  state      TEXT NOT NULL,
  risk       REAL NOT NULL,           -- 1 - score
  flags      TEXT NOT NULL            -- ",garbled,numbers,", "" where there is none
);
-- Each order of the list with all that it is filtered by, so that filtering reads one index from end to end.
CREATE INDEX IF NOT EXISTS review_in_order ON review (position, ord, state, seg, risk, flags);
CREATE INDEX IF NOT EXISTS review_by_risk ON review (risk DESC, position, ord, state, seg, flags);
CREATE INDEX IF NOT EXISTS review_by_state ON review (state);
CREATE INDEX IF NOT EXISTS review_by_flag ON review (flags) WHERE flags <> '';
CREATE INDEX IF NOT EXISTS review_of_segment ON review (doc, key, occurrence);
CREATE INDEX IF NOT EXISTS review_of_source ON review (key);
CREATE TABLE IF NOT EXISTS review_text (
  id     INTEGER PRIMARY KEY,
  folded TEXT NOT NULL                -- source and target for searching: lower case, no accents
);
CREATE TRIGGER IF NOT EXISTS review_gone AFTER DELETE ON review BEGIN DELETE FROM review_text WHERE id = old.id; END;
-- Which rows hold which three characters, so that a search need not read them all. It may name too many (rows that are
-- gone, texts that a row had before), never too few: nothing is ever taken out but all of it at once.
CREATE VIRTUAL TABLE IF NOT EXISTS review_grams USING fts5(folded, content = '', tokenize = 'trigram', detail = 'none');
CREATE TRIGGER IF NOT EXISTS document_gone AFTER DELETE ON documents BEGIN
  DELETE FROM review WHERE doc = old.id;
  DELETE FROM indexed WHERE doc = old.id;
END;
