"""The prediction report: gather, draw, write."""
