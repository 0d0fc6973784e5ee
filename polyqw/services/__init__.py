"""One use case per file, for the command line and for scripts."""
