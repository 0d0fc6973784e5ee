"""The version of polyqw."""

__version__ = "0.1.0"
