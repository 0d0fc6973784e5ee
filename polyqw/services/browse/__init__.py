"""The application of ``polyqw serve``: pages for people, uploads, and the doors to other interfaces (an extra)."""
