"""The database: models, sessions, migrations, seed."""
