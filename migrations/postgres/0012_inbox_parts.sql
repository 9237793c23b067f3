-- Mails up to one page lie in the row as they came: to compress each and put it aside took half of the time
-- of storing it. Larger ones are compressed and put aside as before; what is stored already stays as it is.
ALTER TABLE inbox_raw SET (toast_tuple_target = 8160);

-- What a large mail holds beyond its first mebibyte: part 1 and those after it. Drivers and databases hold
-- what they carry several times over, so they carry no more than that at once.
CREATE TABLE inbox_raw_more (
  mail TEXT COLLATE "C" NOT NULL REFERENCES inbox_raw (mail) ON DELETE CASCADE,
  part BIGINT NOT NULL CHECK (part >= 1),
  bytes BYTEA NOT NULL,
  PRIMARY KEY (mail, part)
);
