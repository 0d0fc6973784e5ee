"""Strangers' files read by other verbs than ingest: what takes too long, too much or dies costs its file alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import polyqw
from polyqw.core.options import AnalysisOptions
from polyqw.errors import ReadError, UsageError
from polyqw.services.structures.analyse import Analysing, Guard, Limits, analyse_inputs, map_inputs
from polyqw.services.workers.server import quick_context
from tests.conftest import structure_path

NAMES = ("a_good", "b_hang", "c_die", "d_eat", "e_raise", "f_good")
GUARD = Guard(Limits(seconds=4.0, memory_mib=512))


@pytest.fixture
def folder(tmp_path):
    """Give six files, which `trap` knows by their names."""
    for name in NAMES:
        (tmp_path / f"{name}.cif").write_bytes(structure_path("lafeaso_cod").read_bytes())
    return tmp_path


def trap(analysed):
    """Be some work with a data block that some names make endless, deadly or greedy."""
    if analysed.record is not None:
        name = analysed.file.rsplit("/")[-1]
        if "hang" in name:
            time.sleep(60)
        if "die" in name:
            os.kill(os.getpid(), signal.SIGKILL)
        if "eat" in name:
            bytearray(2**31)
        if "raise" in name:
            raise ValueError("no such thing")
    return analysed.file.rsplit("/")[-1], analysed.reason, analysed.message.partition(": ")[2]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_takes_too_much_costs_itself_alone(folder, jobs):
    found = map_inputs([str(folder)], Analysing(trap, AnalysisOptions()), Guard(GUARD.limits, jobs))
    assert list(found) == [
        ("a_good.cif", None, ""),
        ("b_hang.cif", "timeout", "not done after 4 s; allow more with --timeout"),
        ("c_die.cif", "worker_died", "its worker died (SIGKILL); the rest goes on"),
        ("d_eat.cif", "memory", "needs more memory than a worker may take; allow more with --memory"),
        ("e_raise.cif", "internal_error", "ValueError: no such thing"),
        ("f_good.cif", None, ""),
    ]


@pytest.mark.parametrize(("n_threads", "start_method"), [(1, "fork"), (2, "forkserver")])
def test_guarded_answers_are_those_of_this_process(folder, monkeypatch, n_threads, start_method):
    """Both kinds of workers: a process with a second thread is not forked."""
    names, options = [str(folder)], AnalysisOptions()
    monkeypatch.setattr(threading, "active_count", lambda: n_threads)  # the tests have threads of their own
    assert quick_context().get_start_method() == start_method
    guarded = list(analyse_inputs(names, options, explain=True, guard=GUARD))
    here = list(analyse_inputs(names, options, explain=True))
    assert [(g.file, g.analysis.wells, g.warnings) for g in guarded] == [
        (h.file, h.analysis.wells, h.warnings) for h in here
    ]


def test_nothing_remains_when_the_reader_of_results_stops(folder, monkeypatch):
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    before = children()
    found = analyse_inputs([str(folder)], AnalysisOptions(), guard=GUARD)
    next(found)
    assert children() > before
    found.close()
    assert children() == before


def children():
    """Return the processes that this one has started and that live, the resource tracker and server left out."""
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as stream:
        pids = {int(word) for word in stream.read().split()}
    return {pid for pid in pids if b"multiprocessing" not in command(pid)}


def command(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as stream:
        return stream.read()


def test_read_cif_with_limits_gives_the_same_records():
    path = structure_path("lafeaso_cod")
    (guarded,), (here,) = polyqw.read_cif(path, timeout_seconds=20), polyqw.read_cif(path)
    assert (guarded.structure_sha256, guarded.warnings) == (here.structure_sha256, here.warnings)
    assert polyqw.read_cif(path.read_text(encoding="utf-8"), memory_mib=512)[0].block == here.block


def test_read_cif_ends_at_its_limit(tmp_path):
    rows = "\n".join(f"Cu{k} Cu {k % 20 / 20:.4f} {k // 20 % 20 / 20:.4f} {k // 400 / 20:.4f}" for k in range(8000))
    cell = "".join(f"_cell_length_{x} 60.0\n" for x in "abc")
    cell += "".join(f"_cell_angle_{angle} 90\n" for angle in ("alpha", "beta", "gamma"))
    large = tmp_path / "large.cif"
    large.write_text(
        f"data_large\n{cell}loop_\n_atom_site_label\n_atom_site_type_symbol\n"
        f"_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n{rows}\n"
    )
    with pytest.raises(ReadError, match=r"not done after 0\.01 s") as caught:
        polyqw.read_cif(large, timeout_seconds=0.01)
    assert caught.value.reason == "timeout"
    assert len(polyqw.read_cif(large)[0].cell.sites) == 8000


@pytest.mark.parametrize("limits", [{"timeout_seconds": 0}, {"timeout_seconds": float("nan")}, {"memory_mib": 0}])
def test_limits_are_above_zero(limits):
    with pytest.raises(UsageError, match="above zero"):
        polyqw.read_cif(structure_path("nacl"), **limits)


def test_a_script_without_a_main_guard_is_not_run_again(tmp_path):
    """A script with a second thread, so that its workers come from the server."""
    script = tmp_path / "script.py"
    script.write_text(
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        f"import polyqw\nprint(len(polyqw.read_cif({str(structure_path('nacl'))!r}, timeout_seconds=60)))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=100, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("1\n", "", 0)
