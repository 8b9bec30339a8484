-- The records that came from a file are found by its hash, so that the same file given again changes nothing.
CREATE INDEX measure_version_file ON measure_version (file_hash);
