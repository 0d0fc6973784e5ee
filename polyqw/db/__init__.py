"""The database: where it is, its tables, opening, migrations, seed, storing and finding.

Importing this package loads nothing; the modules are loaded where they are used.
"""
