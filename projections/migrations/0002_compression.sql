-- Every turn and rebuild writes whole states: lz4 compresses them several times as fast as the default method.
-- A server built without lz4 goes on with the default; what is stored reads the same either way.
DO $$
BEGIN
    ALTER TABLE projections.state ALTER COLUMN state SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL;
END
$$;
