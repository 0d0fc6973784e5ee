"""The tables, questions and SQL of a database, made with datasette."""
