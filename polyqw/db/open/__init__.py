"""Open a database: location, engine, schema, seed."""
