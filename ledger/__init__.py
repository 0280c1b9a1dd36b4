"""The core: what happened, and what may happen next."""
