"""Figures in a page are smaller than beside it, and show the same."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from polyqw.services.drawing.figure_files import figure_bytes
from polyqw.services.drawing.pages import figure_url
from polyqw.services.drawing.small_svg import small_svg
from polyqw.services.drawing.style import new_figure


@pytest.fixture(scope="module")
def svg():
    """Draw a figure of lines, marks, pixels, words and an index, some with letters that are markup."""
    figure = new_figure(5, 3)
    left, right = figure.subplots(1, 2)
    span = np.linspace(0.1, 6, 200)
    left.plot(span, np.sin(span) / span, label='a <b> & "c" --> d')
    left.plot(span[::20], np.cos(span[::20]), "s", mfc="none")
    left.fill_between(span, -0.5, np.sin(span), alpha=0.3)
    left.set(xlabel=r"$\lambda_{max}^2$ (K Å²)", title="−1.5 to 10³")
    left.legend()
    right.pcolormesh(np.outer(span[::10], span[::10]), rasterized=True)
    return figure_bytes(figure, "svg").decode()


def test_it_is_shorter_and_whole(svg):
    small = small_svg(svg)
    assert len(small) < 0.7 * len(svg)
    ET.fromstring(small)
    used = set(re.findall(r'href="#([^"]+)"', small)) | set(re.findall(r"url\(#([^)]+)\)", small))
    assert used <= set(re.findall(r'id="([^"]+)"', small))


def test_it_shows_the_same(browser, svg, tmp_path):
    (tmp_path / "whole.svg").write_text(svg, encoding="utf-8")
    page = browser.new_page(viewport={"width": 600, "height": 400})
    seen = []
    for name, source in (("whole", "whole.svg"), ("small", figure_url(svg.encode()))):
        (tmp_path / f"{name}.html").write_text(f'<body style="margin:0"><img src="{source}">', encoding="utf-8")
        page.goto((tmp_path / f"{name}.html").as_uri())
        seen.append(np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"), dtype=int))
    page.close()
    assert np.ptp(seen[0]) == 255
    away = np.abs(seen[0] - seen[1]).max(axis=2)
    assert (away > 70).sum() == 0
    assert (away > 20).mean() < 1e-3


@pytest.mark.parametrize("path", ["M 0 0 A 5 5 0 0 1 3 3", "m 1 1 l 2 2 z"])
def test_other_commands_stay(path):
    assert path in small_svg(f'<svg><path d="{path}"/></svg>')
