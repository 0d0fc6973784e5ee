"""Build the site without a network: ``python -m docs.site [FOLDER]``, default build/site; a warning is an error."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from docs.site.sources import ROOT, WELLS, gather

_LOADS = re.compile(r"<(?:script|img|link|iframe)\b[^>]*?\b(?:src|href)=[\"'](?:https?:)?//[^\"']*", re.IGNORECASE)


def main(folder: Path) -> int:
    """Gather, draw, build and check; return the exit code."""
    source = ROOT / "build" / "site-source"
    gather(source)
    draw_wells(source / "_static" / "wells")
    shutil.rmtree(folder, ignore_errors=True)
    options = ["-W", "--keep-going", "-q", "-E", "-d", str(ROOT / "build" / "site-doctrees")]
    code = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, str(source), str(folder)], check=False, cwd=ROOT, timeout=1200
    ).returncode
    for place in reaches_out(folder):
        sys.stderr.write(f"{place}\n")
        code = code or 1
    return code


def draw_wells(folder: Path) -> None:
    """Draw the wells of the gallery."""
    folder.mkdir(parents=True)
    for name in WELLS:
        words = ["wells", f"cifs/{name}.cif", "-o", str(folder / f"{name}.png")]
        subprocess.run(
            [sys.executable, "-m", "polyqw", *words], check=True, cwd=ROOT, timeout=300, stdout=subprocess.DEVNULL
        )


def reaches_out(folder: Path) -> list[str]:
    """Return what pages would load from a network."""
    return [
        f"{path.relative_to(folder)} loads {found}"
        for path in sorted(folder.rglob("*.html"))
        for found in _LOADS.findall(path.read_text(encoding="utf-8"))
    ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "site"))
