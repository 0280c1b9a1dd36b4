-- What the serving role may do with the vault: read keys and add them, and call the three functions. Nothing else.
REVOKE ALL ON ALL TABLES IN SCHEMA vault FROM {role};
GRANT USAGE ON SCHEMA vault TO {role};
GRANT SELECT ON vault.migrations TO {role};
GRANT SELECT, INSERT (kind, holder, key_id, master_id, wrapped) ON vault.wrapped_key TO {role};
GRANT EXECUTE ON FUNCTION vault.link_identity, vault.destroy_person, vault.rewrap_key TO {role};
