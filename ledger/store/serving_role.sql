-- What the serving role may do: read, and append through the functions. Run by every migration.
REVOKE ALL ON SCHEMA liggare FROM PUBLIC, {role};
REVOKE ALL ON ALL TABLES IN SCHEMA liggare FROM PUBLIC, {role};
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA liggare FROM PUBLIC, {role};
GRANT USAGE ON SCHEMA liggare TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA liggare TO {role};
GRANT EXECUTE ON FUNCTION liggare.head, liggare.append_batch, liggare.lock_appends, liggare.position_at, liggare.seal,
    liggare.keep_cosignature, liggare.keep_stamp TO {role};
