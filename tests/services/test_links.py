"""Links out of a page."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from polyqw.services.drawing.links import with_links


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("COD 4107570. Kamihara et al., doi:10.1021/ja800073m", [
            "https://www.crystallography.net/cod/4107570.html", "https://doi.org/10.1021/ja800073m",
        ]),
        ("doi:10.1134/S1063774509040075.", ["https://doi.org/10.1134/S1063774509040075"]),
        ("mp-22474 and mp-1", [
            "https://next-gen.materialsproject.org/materials/mp-22474",
            "https://next-gen.materialsproject.org/materials/mp-1",
        ]),
        ("ICSD collection code 97102", []),
        ('doi:10.1000/"onclick=x', ["https://doi.org/10.1000/&#34;onclick=x"]),
    ],
)  # fmt: skip
def test_numbers_of_other_collections_are_links(text, addresses):
    assert re.findall(r'href="([^"]*)"', with_links(text)) == addresses


@given(st.text(max_size=40))
def test_the_text_stays(text):
    text = f"{text} COD 1000030"
    assert re.sub(r"</?a[^>]*>", "", with_links(text)) == str(escape(text))
