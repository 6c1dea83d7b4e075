"""One file format a module: bytes in, one raw document or the rows of a table out."""
