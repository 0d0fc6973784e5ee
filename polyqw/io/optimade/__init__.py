"""OPTIMADE: a client of providers, their structures, files that a server takes."""
