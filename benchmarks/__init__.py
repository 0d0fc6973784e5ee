"""Measurements for people; nothing here is asserted."""
