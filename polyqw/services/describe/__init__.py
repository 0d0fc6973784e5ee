"""Describe structures and their wells in plain English."""
