"""Find the wells of a cell: the one door to the geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.account import Account
from polyqw.core.bodies.candidates import gather_wells
from polyqw.core.bodies.iron import IRON_REACH, IronPlanes, find_iron_wells
from polyqw.core.bodies.oxide import OXIDE_REACH, OxidePlanes, find_octahedra
from polyqw.core.descriptors import iron_descriptors, oxide_descriptors
from polyqw.core.elements import ANIONS
from polyqw.core.neighbors import surroundings
from polyqw.core.options import AnalysisOptions, OccupancyPolicy
from polyqw.core.reasons import Reason, ReasonCode
from polyqw.core.sanity import close_contact
from polyqw.core.site_weights import apply_policy
from polyqw.core.uncertainty import missing_warning
from polyqw.core.wells import Analysis, Family, Status, Well
from polyqw.errors import CrowdedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.cell import Cell
    from polyqw.core.neighbors import Surroundings

ANALYSIS_VERSION = "3"
"""Raised whenever the same cell and options may give another result."""


def find_wells(cell: Cell, options: AnalysisOptions | None = None, *, explain: bool = False) -> Analysis:
    """Return the wells of a cell, or the reason why it has none.

    The result does not depend on the setting, origin, orientation, order of sites or size of the cell; only
    multiplicities grow with it.

    Parameters
    ----------
    options : AnalysisOptions, optional
        Plane elements, tolerances and the policy for disorder; default `AnalysisOptions()`.
    explain : bool
        Keep the account of every step, refused candidates included.
    """
    options = options or AnalysisOptions()
    if options.occupancy is OccupancyPolicy.ORDERED and (labels := cell.disordered_labels):
        return _without_wells(
            Status.REJECTED,
            Reason(
                ReasonCode.DISORDERED, f"{len(labels)} sites are shared or partly empty ({', '.join(labels[:5])})", 0
            ),
        )
    cell = apply_policy(cell, options.occupancy)
    account = Account(wanted=explain)
    account.note(
        "cell",
        f"{len(cell.sites)} sites, {cell.volume:.2f} Å³, {cell.formula_written}; "
        f"occupancies read as {options.occupancy}.",
        n_sites=len(cell.sites),
        volume_angstrom3=cell.volume,
    )
    try:
        return _searched(cell, options, account)
    except CrowdedError as error:
        return _without_wells(Status.REJECTED, Reason(ReasonCode.TOO_CROWDED, str(error), 0), account)


def _searched(cell: Cell, options: AnalysisOptions, account: Account) -> Analysis:
    around = surroundings(cell, max(OXIDE_REACH, IRON_REACH))
    contact = close_contact(cell, around, options.tolerances)
    if contact:
        return _without_wells(Status.REJECTED, Reason(ReasonCode.ATOMS_TOO_CLOSE, contact, 0), account)
    account.note("oxide_search", f"Looking for oxide planes of {'/'.join(sorted(options.oxide_metals))}.")
    oxide = find_octahedra(cell, around, options, account)
    account.note("iron_search", f"Looking for iron planes of {'/'.join(sorted(options.iron_metals))}.")
    iron = find_iron_wells(cell, around, options, account)
    if oxide.reason is not None and iron.reason is not None:
        return _without_wells(Status.NO_WELL, _telling(oxide.reason, iron.reason, options), account)
    return _with_wells(cell, around, oxide, iron, options, account)


def _telling(oxide: Reason, iron: Reason, options: AnalysisOptions) -> Reason:
    """Return the reason of the search that came further."""
    if oxide.code == iron.code == ReasonCode.NO_PLANE_METAL:
        metals = "/".join(sorted(options.oxide_metals | options.iron_metals))
        return Reason(ReasonCode.NO_PLANE_METAL, f"no site is at least half {metals}", 0)
    return oxide if oxide.stage >= iron.stage else iron


def _without_wells(status: Status, reason: Reason, account: Account | None = None) -> Analysis:
    steps = tuple(account.steps) if account else ()
    return Analysis(status, str(reason.code), reason.message, None, (), (), {}, steps)


def _with_wells(
    cell: Cell,
    around: Surroundings,
    oxide: OxidePlanes,
    iron: IronPlanes,
    options: AnalysisOptions,
    account: Account,
) -> Analysis:
    layered = oxide.layered and iron.layered
    tolerances = options.tolerances
    gathered = gather_wells(cell, (*oxide.candidates, *iron.candidates), layered=layered, tolerances=tolerances)
    wells = tuple(well for well, _ in gathered)
    warnings = list(iron.warnings) if iron.candidates else []
    descriptors: dict[str, float] = {}
    family = None
    if oxide.candidates:
        metals = [w.plane_metal for w in wells if w.plane_metal in options.oxide_metals]
        family = Family.CUPRATE if "Cu" in metals else Family.NICKELATE
        descriptors |= oxide_descriptors(cell, around, oxide, ANIONS | options.bridging_anions)
        warnings += _unusual_bonds(oxide, options)
    if iron.candidates:
        family = family or Family.IRON
        descriptors |= iron_descriptors(cell, iron)
    if oxide.candidates and iron.candidates:
        warnings.append("both oxide and iron planes carry wells; the family is that of the oxide planes")
    if not layered:
        warnings.append("the planes run in more than one orientation: a three-dimensional network")
    vacant = [n for n in (*oxide.nets, *iron.nets) if n.four_coordinated < 0.999]
    if vacant:
        share = min(n.four_coordinated for n in vacant)
        warnings.append(f"only {share:.3g} of the plane metals have all four neighbours in their net")
    if unstated := missing_warning(uncertainty for _, uncertainty in gathered):
        warnings.append(unstated)
    warnings += _scattered(wells)
    for well, uncertainty in gathered:
        account.note(
            "well",
            f"{well.kind} {well.phase}: h = {well.height:.4f} Å, {well.multiplicity} in the cell, apices "
            f"{'-'.join(well.apices)}.",
            height_angstrom=well.height,
            multiplicity=well.multiplicity,
        )
        if uncertainty.su is not None:
            account.note(
                "uncertainty",
                f"{well.kind} {well.phase}: u(h) = {uncertainty.su:.2g} Å, from "
                + ", ".join(f"{name} {part:.2g} Å" for name, part in uncertainty.parts.items())
                + ".",
                height_su_angstrom=uncertainty.su,
                parts_angstrom=uncertainty.parts,
            )
    return Analysis(Status.OK, None, "", family, wells, tuple(warnings), descriptors, tuple(account.steps))


def _scattered(wells: Sequence[Well]) -> list[str]:
    """Return where wells gathered to one height scatter by more than its standard uncertainty."""
    return [
        f"the {well.multiplicity} {well.phase} wells gathered to h = {well.height:.4f} Å differ by "
        f"{well.height_max - well.height_min:.4f} Å, more than the standard uncertainty {well.height_su:.4f} Å of h"
        for well in wells
        if well.height_su is not None and well.height_max - well.height_min > well.height_su
    ]


def _unusual_bonds(oxide: OxidePlanes, options: AnalysisOptions) -> list[str]:
    bonds = [length for _, bridge in oxide.in_plane_bridges() for length in bridge.bonds]
    usual = options.tolerances.oxide_bond_usual
    odd = [length for length in bonds if length not in usual]
    if not odd:
        return []
    worst = max(odd, key=lambda x: max(usual.low - x, x - usual.high))
    return [f"a bond in the plane is {worst:.3f} Å long, outside the usual {usual.low}-{usual.high} Å"]
