"""Store structures, their sources and conclusions."""
