"""Structures, from what a user names to what is analysed, stored, shown and explained."""
