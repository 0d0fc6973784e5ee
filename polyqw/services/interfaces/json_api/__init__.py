"""The JSON API: what the verbs answer with ``--json``, over HTTP; it describes itself."""
