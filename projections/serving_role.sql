-- The serving role follows and rebuilds: it owns none of it, and adds rows but changes none of a history.
GRANT USAGE ON SCHEMA projections TO {role};
GRANT SELECT ON projections.migrations TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON projections.follower, projections.building TO {role};
GRANT SELECT, INSERT, DELETE ON projections.history TO {role};
GRANT USAGE ON SEQUENCE projections.generation TO {role};
