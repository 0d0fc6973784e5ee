"""Browse a database in a web browser: pages, settings and the application, made with datasette (an extra)."""
