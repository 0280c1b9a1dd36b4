-- The serving role follows and rebuilds: it owns none of it, and may change all rows. Run by every migration.
GRANT USAGE ON SCHEMA projections TO {role};
GRANT SELECT ON projections.migrations TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON projections.follower, projections.state TO {role};
GRANT USAGE ON SEQUENCE projections.generation TO {role};
