"""Gather what the site is made of; its first page is the start of README and the lists of the manual."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
WELLS = {
    "lafeaso_cod": "LaFeAsO: nonahedron (alpha), tri-decahedron (beta), tetrahedron (mu)",
    "ybco_o690_williams": "YBa2Cu3O6.91: octahedra of two planes",
    "hg1223_hunter": "HgBa2Ca2Cu3O8+d: inner and outer planes",
    "tl1212": "TlBa2CaCu2O7",
    "rbcafe4as4": "RbCaFe4As4: layers without inversion",
    "fese_o2": "FeSe: alpha alone",
}
"""Structures drawn in the gallery of wells."""
OWN = {"Wells in their crystals": "wells", "API reference": "api"}
"""Pages that only the site has, and the list of the manual that names them."""
_LINK = re.compile(r"\]\((?![a-z]+:|#)([^)]+)\)")
_ITEM = re.compile(r"\]\((?![a-z]+:)([^)#]+)\.md\)")


def gather(source: Path) -> None:
    """Write all pages, pictures excepted that have to be drawn, below an empty folder."""
    shutil.rmtree(source, ignore_errors=True)
    for kind in ("*.md", "*.png", "*.ipynb"):
        for path in sorted((ROOT / "docs").rglob(kind)):
            if path != ROOT / "docs" / "README.md":
                _put(source / path.relative_to(ROOT), path)
    for name in ("CHANGELOG.md", "db/SCHEMA.md"):
        _put(source / name, ROOT / name)
    for name in ("conf.py", "api.rst"):
        _put(source / name, HERE / name)
    _put(source / "_static" / "site.css", HERE / "site.css")
    (source / "index.md").write_text(first_page(), encoding="utf-8")
    (source / "wells.md").write_text(wells_page(), encoding="utf-8")


def _put(place: Path, path: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".md":
        bibliography = path.with_suffix(".bib")
        references = bibliography.read_text(encoding="utf-8") if bibliography.is_file() else ""
        place.write_text(page(path.read_text(encoding="utf-8"), references), encoding="utf-8")
    else:
        shutil.copyfile(path, place)


def page(text: str, bibliography: str = "") -> str:
    """Return a page as Sphinx takes it: a front matter becomes a title, and code has a language alone.

    Citations ``[@key]`` become numbers, and the bibliography (BibTeX) a list at the end.
    """
    if text.startswith("---\n"):
        _, matter, text = text.split("---\n", 2)
        title = re.search(r"^title: '?(.*?)'?$", matter, re.MULTILINE)
        text = f"# {title[1] if title else ''}\n" + re.sub(r"^(#+ )", r"#\1", text, flags=re.MULTILINE)
    keys = re.findall(r"^@\w+\{(\w+),", bibliography, re.MULTILINE)
    for number, key in enumerate(keys, 1):
        text = re.sub(rf"@{key}\b", str(number), text)
    text = text.rstrip("\n") + "\n\n" + "\n".join(map(_reference, bibliography.splitlines())) if keys else text
    return re.sub(r"^```(?:csv|text) file=.*$", "```text", text, flags=re.MULTILINE)


def _reference(entry: str) -> str:
    fields = dict(re.findall(r"(\w+) = \{((?:[^{}]|\{[^{}]*\})*)\}", entry))
    words = [fields[name] for name in ("author", "title", "journal", "volume", "pages", "year") if name in fields]
    text = re.sub(r"[{}]", "", ", ".join(words)).replace("---", " - ").replace("--", "-").replace("T$_c$", "Tc")
    return f"1. {text}" + (f". [{fields['doi']}](https://doi.org/{fields['doi']})" if "doi" in fields else "")


def first_page() -> str:
    """Return the first page: the start of README, the lists of the manual, and the contents that Sphinx asks for."""
    start = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## ")[0]
    manual = (ROOT / "docs" / "README.md").read_text(encoding="utf-8").partition("\n\n")[2]
    manual = _LINK.sub(lambda found: f"]({_from_root(found[1])})", manual)
    manual = manual.rpartition("\n\n")[0]
    for title, name in OWN.items():
        suffix = "rst" if name == "api" else "md"
        manual = manual.replace("- [Glossary]", f"- [{title}]({name}.{suffix})\n- [Glossary]", 1)
    lists = re.split(r"\n(?=[A-Z][^\n]*:\n\n- )", "\n" + manual)
    contents = [_contents(part) for part in lists if part.strip()]
    return f"{start}\n## Manual\n{manual}\n\n" + "\n\n".join(contents) + "\n"


def _from_root(place: str) -> str:
    return place.removeprefix("../") if place.startswith("../") else f"docs/{place}"


def _contents(part: str) -> str:
    caption = part.strip().partition(":\n")[0]
    names = [*_ITEM.findall(part), *(name for name in ("api",) if f"({name}.rst)" in part)]
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```"])


def wells_page() -> str:
    """Return the gallery of wells."""
    figures = "\n".join(_figure(name, text) for name, text in WELLS.items())
    return (
        "# Wells in their crystals\n\n"
        "Reference structures that travel with the program, drawn by `polyqw wells FILE -o FIGURE`. "
        f'[Figures of the papers](docs/gallery.md) lists the others.\n\n<div class="wells">\n{figures}\n</div>\n'
    )


def _figure(name: str, text: str) -> str:
    picture = f"_static/wells/{name}.png"
    return (
        f'<figure><a href="{picture}"><img src="{picture}" alt="{text}" loading="lazy"></a>'
        f"<figcaption>{text}<br><code>polyqw wells cifs/{name}.cif</code></figcaption></figure>"
    )
