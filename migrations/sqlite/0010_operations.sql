-- Letters that failed can be sent again, and processes show that they live without a lock of the session.

-- From when its tries are counted, when that is not when it was written: the operator had it sent again.
ALTER TABLE letters ADD COLUMN tried_from INTEGER;
CREATE INDEX letters_failed ON letters (id) WHERE state = 'failed';
-- Letters whose job was given up waited for ever.
UPDATE letters SET state = 'failed', error = 'its job was given up'
  WHERE state = 'queued' AND id IN (SELECT substr(args, 12, length(args) - 13) FROM jobs
    WHERE state = 'dead' AND kind IN ('letters.send', 'letters.send_advert'));

-- Whoever runs jobs: a number that rises while it lives. Its claims begin with its name.
CREATE TABLE claimants (
  name TEXT PRIMARY KEY,
  beats INTEGER NOT NULL
) STRICT;
