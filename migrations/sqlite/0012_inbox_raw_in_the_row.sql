-- Nothing to do here: this database does not compress.
SELECT 1;
