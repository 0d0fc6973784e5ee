"""docs/cookbook.md: the questions of the cookbook with their SQL."""

from __future__ import annotations

from polyqw.db.look.cookbook import read_cookbook

HEAD = """# SQL cookbook

Written by `make docs` from `db/cookbook`. Each question runs on SQLite and PostgreSQL:

```sh
polyqw query --recipes                                       # the list
polyqw query --recipe heights-in-window -p h_from=3.5 --csv  # one, with a parameter
```

Parameters left out take the defaults shown. `polyqw serve` shows the same questions as pages with a form. Tables and
columns are described in [SCHEMA.md](../db/SCHEMA.md).
"""


def cookbook_page() -> str:
    """Return the page: one section for each recipe."""
    recipes = read_cookbook().values()
    parts = [HEAD, *(f"- [{r.question}](#{r.name})" for r in recipes)]
    for recipe in recipes:
        parts += ["", f"## {recipe.name}", "", f"**{recipe.question}** {recipe.account}", ""]
        if recipe.parameters:
            parts += ["| parameter | default | meaning |", "|---|---|---|"]
            parts += [f"| {p.name} | {p.default} | {p.meaning} |" for p in recipe.parameters]
            parts.append("")
        parts += ["```sql", recipe.sql, "```"]
    return "\n".join(parts) + "\n"
