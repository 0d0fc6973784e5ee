"""The other systems of the papers, one file or folder for each: its values, its figure."""
