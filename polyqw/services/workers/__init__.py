"""Processes that work on strangers' files and can be ended at any moment: at a deadline, at a limit of memory."""
