"""The site: the pages of docs/, the reference of the Python names and pictures of wells, made by Sphinx."""
