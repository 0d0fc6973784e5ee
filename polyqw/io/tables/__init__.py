"""Tables: CSV, Parquet, data packages, and tables of Tc with their units."""
