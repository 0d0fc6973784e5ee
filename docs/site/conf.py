"""How Sphinx builds the site; `python -m docs.site` runs it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from polyqw.version import __version__

project = "polyqw"
author = "The polyqw developers"
project_copyright = "the polyqw developers, MIT licence"
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton", "docs.site.mathml"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
autodoc_typehints = "description"
autodoc_member_order = "bysource"
napoleon_numpy_docstring = True
napoleon_google_docstring = False
copybutton_prompt_text = "$ "
html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = f"polyqw {__version__}"
html_css_files = ["site.css"]
html_static_path = ["_static"]
html_show_sourcelink = False
html_sidebars = {"**": ["globaltoc.html"]}
html_theme_options = {
    "show_prev_next": False,
    "navigation_with_keys": False,
    "navbar_center": [],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
