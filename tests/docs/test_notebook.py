"""The gallery notebook runs from top to bottom, and is kept without outputs."""

import asyncio
import shutil

import pytest

from tests.conftest import ROOT

nbformat = pytest.importorskip("nbformat", reason="needs nbclient")
nbclient = pytest.importorskip("nbclient", reason="needs nbclient")
NOTEBOOK = ROOT / "docs" / "notebooks" / "gallery.ipynb"
CELL_SECONDS = 60


def test_it_is_kept_without_outputs():
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert len(code) > 10
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert NOTEBOOK.stat().st_size < 20_000


@pytest.mark.filterwarnings("ignore")
@pytest.mark.timeout(240)
def test_it_runs(tmp_path, monkeypatch, reference_template):
    pytest.importorskip("ipykernel", reason="needs ipykernel")
    (tmp_path / "cifs").symlink_to(ROOT / "cifs")
    shutil.copy(reference_template, tmp_path / "wells.db")
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=CELL_SECONDS, startup_timeout=CELL_SECONDS, resources={"metadata": {"path": str(tmp_path)}}
    )
    asyncio.run(client.async_execute())
    shown = {cell.source: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    assert [source for source, outputs in shown.items() if not outputs] == []
    (view,) = shown["found.view()"]
    assert {"application/vnd.jupyter.widget-view+json", "image/svg+xml"} & view.data.keys()
    (plot,) = shown["found.plot()"]
    assert plot.data["image/svg+xml"].count("<svg") == 1
    assert any("image/png" in out.get("data", {}) for out in shown[next(k for k in shown if "scatter" in k)])
