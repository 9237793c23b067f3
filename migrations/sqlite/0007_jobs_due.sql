-- What a queue could run now is found by when it is due: days of waiting expiries lie in the same queue,
-- and a look at each of them every second grows with the business.
DROP INDEX jobs_ready;
CREATE INDEX jobs_due ON jobs (queue, due) WHERE state = 'ready';
