"""Where results lie: which database, how it is opened and queried, versions, environment."""
