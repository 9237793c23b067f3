-- What a large mail holds beyond its first mebibyte: part 1 and those after it. Drivers and databases hold
-- what they carry several times over, so they carry no more than that at once.
CREATE TABLE inbox_raw_more (
  mail TEXT NOT NULL REFERENCES inbox_raw (mail) ON DELETE CASCADE,
  part INTEGER NOT NULL CHECK (part >= 1),
  bytes BLOB NOT NULL,
  PRIMARY KEY (mail, part)
) STRICT;
