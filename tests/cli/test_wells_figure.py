"""The static figure of the wells of files: what it shows is what the verb finds."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.image import imread

from tests.conftest import structure_path

NAMES = ("lafeaso_cod", "ybco_o690_williams")
FILES = [structure_path(name) for name in NAMES]


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_one_picture_for_each_well_that_differs(run, tmp_path, kind):
    target = tmp_path / f"wells.{kind}"
    done = run("wells", *FILES, "-o", target)
    assert (done.code, done.out, done.err) == (0, f"{target}\n", "")
    start = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[kind]
    assert target.read_bytes().startswith(start)
    both = run("wells", *FILES, "--json", "-o", target).json()
    assert [len(row["wells"]) for row in both] == [3, 1]
    if kind == "png":
        shown = imread(target)
        assert np.ptp(shown[..., :3], axis=2).max() > 0.5  # coloured
        assert (shown[0, :, :3] == 1).all()  # nothing is cut at the top


def test_the_words_of_the_pictures_are_those_of_the_wells(run):
    from polyqw.core.options import AnalysisOptions  # noqa: PLC0415
    from polyqw.services.drawing.picture_figure import draw_pictures  # noqa: PLC0415
    from polyqw.services.structures.python_input import analyse_given  # noqa: PLC0415
    from polyqw.services.viewer.well_picture import picture  # noqa: PLC0415
    from polyqw.services.viewer.well_scene import make_scenes  # noqa: PLC0415

    found = analyse_given(FILES[0], AnalysisOptions())
    scenes = make_scenes(found.record.cell, found.analysis.wells)
    figure = draw_pictures([(str(picture(s, "t")), str(s.well.phase)) for s in scenes])
    assert [axes.get_title() for axes in figure.axes] == [str(s.well.phase) for s in scenes]
    for axes, scene in zip(figure.axes, scenes, strict=True):
        words = [text.get_text() for text in axes.texts]
        assert f"h = {scene.well.height:.3f} Å" in words
        assert sorted(words)[:-1] == sorted(v.element for v in scene.well.vertices)


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("nacl.cif", "-o", "none.svg"), 0, "no well to draw"),
        (("lafeaso_cod.cif", "-o", "wells.gif"), 2, ".svg, .png or .pdf"),
        (("lafeaso_cod.cif", "-o", "folder"), 2, "is a directory"),
        (("lafeaso_cod.cif", "-o", "missing/wells.png"), 1, "cannot be written"),
        (("cifs", "-o", "wells.png"), 2, "at most 12"),
    ],
)
def test_what_cannot_be_drawn(run, tmp_path, words, code, why):
    (tmp_path / "folder").mkdir()
    name = FILES[0].parent if words[0] == "cifs" else structure_path(words[0].removesuffix(".cif"))
    done = run("wells", name, *words[1:])
    assert done.code == code
    assert why in done.err.splitlines()[-1]
    assert not (tmp_path / words[2]).is_file()
