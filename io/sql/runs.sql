-- SPDX-License-Identifier: MIT
-- What a run learns.  Whatever may be any 64-bit number (seeds, fingerprints) is TEXT; counts,
-- spans in ns and money in pico-dollars are INTEGER.

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    scenario TEXT NOT NULL,
    path TEXT NOT NULL,
    seed TEXT NOT NULL,
    seeds INTEGER NOT NULL,
    clock TEXT NOT NULL,
    version TEXT NOT NULL,
    revision TEXT NOT NULL,
    machine TEXT NOT NULL,
    started_unix_ms INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'done', 'interrupted', 'failed')),
    verdict TEXT NOT NULL DEFAULT '',
    fingerprint TEXT
) STRICT;

CREATE TABLE arms (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    name TEXT NOT NULL,
    model TEXT NOT NULL,
    template_version INTEGER NOT NULL,
    seed TEXT NOT NULL,
    epoch_unix INTEGER NOT NULL,
    -- From here on NULL until the arm is done.
    requests INTEGER,
    completed INTEGER,
    upstream_calls INTEGER,
    prompt_tokens INTEGER,
    cached_tokens INTEGER,
    written_tokens INTEGER,
    completion_tokens INTEGER,
    cost_pico INTEGER,
    hits INTEGER,
    coalesced INTEGER,
    late_us_p99 INTEGER,
    priced INTEGER,
    fingerprint TEXT
) STRICT;
CREATE INDEX arms_run ON arms (run);

CREATE TABLE errors (
    arm INTEGER NOT NULL REFERENCES arms ON DELETE CASCADE,
    cause TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (arm, cause)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
    arm INTEGER NOT NULL REFERENCES arms ON DELETE CASCADE,
    request INTEGER NOT NULL,
    use_case TEXT NOT NULL,
    model TEXT NOT NULL,
    priority TEXT NOT NULL,
    outcome TEXT NOT NULL,
    source TEXT NOT NULL,
    stream INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    intended_ns INTEGER NOT NULL,
    arrived_ns INTEGER NOT NULL,
    queued_ns INTEGER NOT NULL,
    first_ns INTEGER,
    ended_ns INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    written_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    cost_pico INTEGER NOT NULL,
    saved_pico INTEGER NOT NULL,
    priced INTEGER NOT NULL,
    PRIMARY KEY (arm, request)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    arm INTEGER NOT NULL REFERENCES arms ON DELETE CASCADE,
    call INTEGER NOT NULL,
    request INTEGER NOT NULL,
    number INTEGER NOT NULL,
    model TEXT NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER NOT NULL,
    called_ns INTEGER NOT NULL,
    first_ns INTEGER,
    ended_ns INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    written_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    cost_pico INTEGER NOT NULL,
    priced INTEGER NOT NULL,
    PRIMARY KEY (arm, call)
) STRICT, WITHOUT ROWID;

CREATE TABLE intervals (
    arm INTEGER NOT NULL REFERENCES arms ON DELETE CASCADE,
    metric TEXT NOT NULL,
    from_ns INTEGER NOT NULL,
    to_ns INTEGER NOT NULL,
    histogram TEXT NOT NULL,
    PRIMARY KEY (arm, metric, from_ns)
) STRICT, WITHOUT ROWID;

CREATE TABLE transitions (
    id INTEGER PRIMARY KEY,
    arm INTEGER NOT NULL REFERENCES arms ON DELETE CASCADE,
    at_ns INTEGER NOT NULL,
    model TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL
) STRICT;
CREATE INDEX transitions_arm ON transitions (arm);

CREATE TABLE goals (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    metric TEXT NOT NULL,
    arm TEXT NOT NULL,
    against TEXT NOT NULL,
    unit TEXT NOT NULL,
    value INTEGER NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    required INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX goals_run ON goals (run);
