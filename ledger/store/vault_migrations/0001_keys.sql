-- Keys of persons and purposes, each wrapped by a master key that is never in a database, and the blind index.
-- The serving role reads keys and adds them; everything else it may do is one of the three functions.

CREATE TABLE vault.wrapped_key (
    kind         text   COLLATE "C" NOT NULL CHECK (kind IN ('person', 'purpose')),
    holder       text   COLLATE "C" NOT NULL CHECK (length(holder) BETWEEN 1 AND 80),
    key_id       text   COLLATE "C" UNIQUE,
    master_id    text   COLLATE "C",
    wrapped      bytea  CHECK (octet_length(wrapped) = 60),
    destroyed_at bigint CHECK (destroyed_at >= 0), -- microseconds since the epoch, given by the caller
    PRIMARY KEY (kind, holder),
    CONSTRAINT key_or_tombstone CHECK (
        CASE WHEN destroyed_at IS NULL THEN num_nulls(key_id, master_id, wrapped) = 0
             ELSE num_nulls(key_id, master_id, wrapped) = 3 AND kind = 'person' END)
);
CREATE INDEX wrapped_key_master ON vault.wrapped_key (master_id) WHERE destroyed_at IS NULL;

CREATE TABLE vault.identity_link (
    digest  bytea  NOT NULL CHECK (octet_length(digest) = 32), -- HMAC-SHA-256 of kind and normalised identity
    subject text   COLLATE "C" NOT NULL,
    link_no bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (digest, subject)
);
CREATE INDEX identity_link_subject ON vault.identity_link (subject);

CREATE FUNCTION vault.refuse_resurrection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.destroyed_at IS NULL AND (OLD.kind, OLD.holder) = (NEW.kind, NEW.holder)
       AND (NEW.key_id = OLD.key_id OR NEW.destroyed_at IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'keys and tombstones of the vault stay: a key is only rewrapped or destroyed';
END $$;

CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON vault.wrapped_key
    FOR EACH ROW EXECUTE FUNCTION vault.refuse_resurrection();
CREATE TRIGGER stays_whole BEFORE TRUNCATE ON vault.wrapped_key
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_resurrection();

-- The lock on the digest makes registrations of one human follow each other; each statement then sees what the one
-- before committed (READ COMMITTED). The row lock keeps an erasure from slipping in between. NULL: the subject is dead.
CREATE FUNCTION vault.link_identity(digest_given bytea, subject_given text) RETURNS text[]
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(digest_given, 'hex'), 0));
    PERFORM 1 FROM vault.wrapped_key
        WHERE kind = 'person' AND holder = subject_given AND destroyed_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO vault.identity_link (digest, subject) VALUES (digest_given, subject_given) ON CONFLICT DO NOTHING;
    RETURN array(SELECT subject FROM vault.identity_link
        WHERE digest = digest_given AND subject <> subject_given ORDER BY link_no);
END $$;

CREATE FUNCTION vault.destroy_person(subject_given text, instant bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO vault.wrapped_key AS found (kind, holder, destroyed_at) VALUES ('person', subject_given, instant)
        ON CONFLICT (kind, holder) DO UPDATE
        SET key_id = NULL, master_id = NULL, wrapped = NULL, destroyed_at = instant WHERE found.destroyed_at IS NULL;
    DELETE FROM vault.identity_link WHERE subject = subject_given;
END $$;

CREATE FUNCTION vault.rewrap_key(id_given text, before bytea, after bytea, master_given text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE vault.wrapped_key SET wrapped = after, master_id = master_given
        WHERE key_id = id_given AND wrapped = before
$$;

REVOKE ALL ON ALL TABLES IN SCHEMA vault FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vault FROM PUBLIC;
