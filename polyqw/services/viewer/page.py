"""A page that stands alone: crystals that turn, with nothing fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from polyqw.services.drawing.pages import render
from polyqw.services.viewer.assets import LIBRARY, page_assets, page_policy
from polyqw.services.viewer.picture import crystal_picture
from polyqw.services.viewer.view import view_row
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from polyqw.services.viewer.view import View


@dataclass(frozen=True, eq=False, slots=True)
class Crystal:
    """A view with what stands over it.

    Parameters
    ----------
    heading : str
        The formula.
    remark : str
        A sentence, as on why there is no well; may be empty.
    """

    view: View
    heading: str
    remark: str = ""

    @property
    def picture(self) -> Markup:
        """What stands in its place without scripts and on paper."""
        return crystal_picture(self.view)

    @property
    def row(self) -> dict[str, Any]:
        """What the script draws."""
        return view_row(self.view)


def view_page(crystals: Sequence[Crystal]) -> str:
    """Return a page of crystals as HTML."""
    assets = page_assets()
    values = {
        "title": ", ".join(shown.view.name for shown in crystals),
        "crystals": crystals,
        "assets": assets,
        "policy": page_policy(*assets.digests),
        "library": LIBRARY,
        "version": __version__,
    }
    return render("view.html.j2", values, html=True)
