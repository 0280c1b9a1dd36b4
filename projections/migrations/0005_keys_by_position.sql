-- The keys of a kind by where they began: for positions at which few of them had.
CREATE INDEX history_begun ON projections.history (generation, kind, position) INCLUDE (key) WHERE begins;
