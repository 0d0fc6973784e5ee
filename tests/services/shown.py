"""Whether a figure shows all that is drawn in it."""

import numpy as np


def assert_all_shown(figure):
    """Check that every marked point lies within the limits of its axes."""
    for axes in figure.axes:
        (left, right), (low, high) = sorted(axes.get_xlim()), sorted(axes.get_ylim())
        for line in axes.lines:
            if line.get_marker() in {"None", "", None} or line.get_transform() != axes.transData:
                continue
            x, y = (np.asarray(values, dtype=float) for values in line.get_data())
            assert np.all((x >= left) & (x <= right) & (y >= low) & (y <= high)), line.get_label()
