-- Jobs: rows are the truth, bells (Redis lists or a channel) only say which rows to look at.
-- Times are microseconds since 1970; ids are time-ordered and made by us, so text compares by bytes.

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    queue TEXT NOT NULL,
    kind TEXT NOT NULL,
    args TEXT NOT NULL CHECK (length(args) <= 8192),
    -- What this job must not overtake: `group:subject`, oldest id first, one at a time.
    lane TEXT,
    state TEXT NOT NULL CHECK (state IN ('ready', 'running', 'done', 'dead')),
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    claim TEXT,
    lease INTEGER,
    -- From when the clock may push this row to its list again.
    ring INTEGER NOT NULL,
    created INTEGER NOT NULL,
    ended INTEGER,
    last_error TEXT CHECK (length(last_error) <= 500),
    CHECK ((state = 'running') = (claim IS NOT NULL)),
    CHECK ((state = 'running') = (lease IS NOT NULL)),
    CHECK ((state IN ('done', 'dead')) = (ended IS NOT NULL))
) STRICT;

CREATE INDEX jobs_ready ON jobs (queue, id) WHERE state = 'ready';
CREATE INDEX jobs_ring ON jobs (ring) WHERE state IN ('ready', 'running');
CREATE INDEX jobs_lane ON jobs (lane, id) WHERE state IN ('ready', 'running') AND lane IS NOT NULL;
-- Two claims that do not see each other yet cannot both take a row of one lane.
CREATE UNIQUE INDEX jobs_lane_running ON jobs (lane) WHERE state = 'running' AND lane IS NOT NULL;
CREATE INDEX jobs_running ON jobs (queue) WHERE state = 'running';
CREATE INDEX jobs_done ON jobs (ended) WHERE state = 'done';
CREATE INDEX jobs_dead ON jobs (queue, id) WHERE state = 'dead';
