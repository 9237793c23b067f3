-- Which processes of this deployment run, and what tracing a mail needs to find its way.

CREATE TABLE processes (
  id TEXT COLLATE "C" PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('all', 'poller', 'worker', 'web', 'clock')),
  version TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ready BOOLEAN NOT NULL
);

-- The digest's; in a service that is live it holds nothing.
CREATE INDEX inbox_observed ON inbox (received_at) WHERE decision LIKE 'observed:%';
CREATE INDEX inbox_duplicates ON inbox (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX letters_answering ON letters (in_reply_to) WHERE in_reply_to IS NOT NULL;
CREATE INDEX transfer_revisions_of_mail ON transfer_revisions (mail);
