"""A crystal with its wells: one view for pages, pictures and the files of other programs."""
