-- A person's own names for those whom they pay; the key is the name in small letters.
CREATE TABLE contacts (
  person TEXT NOT NULL REFERENCES people (id),
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (person, key)
) STRICT;

-- Which further addresses a person asked for, and when: so many a day.
CREATE TABLE alias_requests (
  mail TEXT PRIMARY KEY REFERENCES inbox (id),
  person TEXT NOT NULL REFERENCES people (id),
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX alias_requests_of ON alias_requests (person, created_at);

-- Since when a person's own mail keeps their money where it is; what the operator froze is not theirs to open.
ALTER TABLE people ADD COLUMN froze_at INTEGER;
