"""The CLES solver of papers/000 as its verb gives it: results, figures, stored runs."""
