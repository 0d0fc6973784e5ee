"""The OPTIMADE endpoint: filters become SQL, pages come straight from the database."""
