-- In which language a person is written to: the one they asked for, and the one they wrote last; of a
-- mail, the one it is answered in; of a confirmation, the one of its page.
ALTER TABLE people ADD COLUMN language TEXT;
ALTER TABLE people ADD COLUMN language_read TEXT;
ALTER TABLE inbox ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE confirmations ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
