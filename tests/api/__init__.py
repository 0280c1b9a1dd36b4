"""The door over real HTTP."""
