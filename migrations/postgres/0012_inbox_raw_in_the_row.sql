-- Mails up to one page lie in the row as they came: to compress each and put it aside took half of the time
-- of storing it. Larger ones are compressed and put aside as before; what is stored already stays as it is.
ALTER TABLE inbox_raw SET (toast_tuple_target = 8160);
