-- The same index under a condition that only a question about `ring` fulfils: else a look into one lane
-- reads all live rows through it, whenever the statistics of this table are old, and they always are.
DROP INDEX jobs_ring;
CREATE INDEX jobs_ring ON jobs (ring) WHERE state IN ('ready', 'running') AND ring IS NOT NULL;
