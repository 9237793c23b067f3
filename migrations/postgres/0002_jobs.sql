-- Jobs: rows are the truth, bells (Redis lists or a channel) only say which rows to look at.
-- Times are microseconds since 1970; ids are time-ordered and made by us, so text compares by bytes.

CREATE TABLE jobs (
    id TEXT COLLATE "C" PRIMARY KEY,
    queue TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    args TEXT COLLATE "C" NOT NULL CHECK (length(args) <= 8192),
    -- What this job must not overtake: `group:subject`, oldest id first, one at a time.
    lane TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('ready', 'running', 'done', 'dead')),
    due BIGINT NOT NULL,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    claim TEXT COLLATE "C",
    lease BIGINT,
    -- From when the clock may push this row to its list again.
    ring BIGINT NOT NULL,
    created BIGINT NOT NULL,
    ended BIGINT,
    last_error TEXT COLLATE "C" CHECK (length(last_error) <= 500),
    CHECK ((state = 'running') = (claim IS NOT NULL)),
    CHECK ((state = 'running') = (lease IS NOT NULL)),
    CHECK ((state IN ('done', 'dead')) = (ended IS NOT NULL))
);

CREATE INDEX jobs_ready ON jobs (queue, id) WHERE state = 'ready';
CREATE INDEX jobs_ring ON jobs (ring) WHERE state IN ('ready', 'running');
CREATE INDEX jobs_lane ON jobs (lane, id) WHERE state IN ('ready', 'running') AND lane IS NOT NULL;
-- Two claims that do not see each other yet cannot both take a row of one lane.
CREATE UNIQUE INDEX jobs_lane_running ON jobs (lane) WHERE state = 'running' AND lane IS NOT NULL;
CREATE INDEX jobs_running ON jobs (queue) WHERE state = 'running';
CREATE INDEX jobs_done ON jobs (ended) WHERE state = 'done';
CREATE INDEX jobs_dead ON jobs (queue, id) WHERE state = 'dead';
