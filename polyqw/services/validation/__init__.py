"""The law against a corpus: structures and a table of Tc in, errors, tests, ranking and a verdict out."""
