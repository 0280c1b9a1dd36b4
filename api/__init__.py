"""The door: HTTP, the command line and the pages."""
