"""The wells of a structure, one sentence each, or why it has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.plaquette_shape import plaquette_shape
from polyqw.core.reasons import ReasonCode
from polyqw.core.wells import Kind, Phase, Status
from polyqw.services.describe.wording import count, foreign, joined, length, number_word, sentence

if TYPE_CHECKING:
    from polyqw.core.plaquette_shape import PlaquetteShape
    from polyqw.core.wells import Well
    from polyqw.services.structures.analyse import Analysed

PLURALS = {
    Kind.OCTAHEDRON: "octahedra",
    Kind.NONAHEDRON: "nonahedra",
    Kind.TRIDECAHEDRON: "tri-decahedra",
    Kind.TETRAHEDRON: "tetrahedra",
}
SINGULARS = {kind: str(kind) for kind in Kind} | {Kind.TRIDECAHEDRON: "tri-decahedron"}

_WHY: dict[str, str] = {
    ReasonCode.NO_PLANE_METAL: (
        "The wells stand on square nets of a metal, bridged by anions or with anions above and below"
    ),
    ReasonCode.NO_SQUARE_NET: "A well needs four metals of a square net that extends in two dimensions",
    ReasonCode.EDGES_NOT_BRIDGED: "The metals of an oxide plane must be joined by bridging anions",
    ReasonCode.NO_ANION_LAYER: "The metals of an iron plane must share anions above and below",
    ReasonCode.ANION_ON_BOTH_SIDES: "A square of an iron plane must carry its anion on one side alone",
    ReasonCode.INCOMPLETE_BASE: "Below a square of an iron plane there must be four anions",
    ReasonCode.CENTRE_OCCUPIED: "The place of the confined electron must be empty",
    ReasonCode.NO_APEX: "An octahedron needs a cation on each side of its square",
    ReasonCode.DISORDERED: "Disordered structures were to be refused",
    ReasonCode.ATOMS_TOO_CLOSE: "Two atoms cannot stand so close, so the structure is not to be trusted",
}
"""What the definitions ask for, by the reason that a structure does not meet it."""

_SAME = 0.0005
_FOLDED = 0.05
_SKEWED = 0.05


def tell_wells(wells: tuple[Well, ...]) -> str:
    """Return kind, phase, number, height, apices and shape of each well as sentences."""
    sentences = [_well_words(well) for well in wells]
    if any(well.phase is Phase.MU for well in wells):
        sentences.append("The mu wells hold electrons of the anions and set no Tc.")
    shapes = {_shape_words(shape): None for well in wells if (shape := plaquette_shape(well)) is not None}
    if len(shapes) == 1:
        sentences.append(f"The plaquette is {next(iter(shapes))}.")
    elif shapes:
        sentences.append(f"The plaquettes are {joined(list(shapes))}.")
    return " ".join(sentences)


def tell_why_none(analysed: Analysed) -> str:
    """Return in words why there are no wells, with the numbers of the analysis."""
    what = {
        Status.NO_WELL: "It has no well",
        Status.REJECTED: "It was rejected",
        Status.FAILED: "It could not be read",
    }[analysed.status]
    ours = _WHY.get(analysed.reason or "")
    message = analysed.message.removeprefix(f"{analysed.file}: ")
    for code in _WHY:
        message = message.replace(code, code.replace("_", " "))
    reason = foreign(message or analysed.reason or "the reason is not known")
    return f"{what}: {reason}." + (f" {sentence(ours)}" if ours else "")


def _well_words(well: Well) -> str:
    n = well.multiplicity
    noun = SINGULARS[well.kind] if n == 1 else PLURALS[well.kind]
    words = f"There {'is' if n == 1 else 'are'} {number_word(n)} {well.phase} {noun} per cell with "
    words += f"h = {length(well.height, well.height_su)} {_ends(well)}"
    if well.height_max - well.height_min > _SAME:
        words += f" ({well.height_min:.4f} to {well.height_max:.4f} Å over them)"
    words += f"; {'its' if n == 1 else 'each'} body has {count(well.n_vertices, 'vertex', 'vertices')}, "
    words += f"{count(well.n_faces, 'face')} and {well.volume:.2f} Å³"
    if well.max_fold is not None and well.max_fold > _FOLDED:
        words += f", with faces of the ideal body folded by up to {well.max_fold:.1f}°"
    if well.column_spread > _SAME:
        words += f", and an apex whose positions spread over {well.column_spread:.3f} Å"
    return f"{words}."


def _ends(well: Well) -> str:
    apices = [foreign(apex) for apex in well.apices]
    metal = well.plane_metal
    if well.kind is Kind.OCTAHEDRON:
        return f"between {' and '.join(dict.fromkeys(apices))} apices"
    if well.kind is Kind.NONAHEDRON:
        return f"from the {joined(apices)} apex to the anions on the other side of the {metal} plane"
    if well.kind is Kind.TRIDECAHEDRON:
        return f"from the {metal} plane to the {joined(apices)} apex"
    spacers = f"two {apices[0]}" if apices[0] == apices[-1] else joined(apices)
    return f"between the edge of two anions and that of {spacers}"


def _shape_words(shape: PlaquetteShape) -> str:
    if shape.long_edge - shape.short_edge < _SAME:
        figure, size = "square", f"{shape.long_edge:.3f} Å"
    else:
        figure, size = "rectangle", f"{shape.short_edge:.3f} by {shape.long_edge:.3f} Å"
    if shape.skew_degrees > _SKEWED:
        figure = "rhombus" if figure == "square" else "parallelogram"
        size += f" with corners up to {shape.skew_degrees:.1f}° off the right angle"
    flat = "flat " if shape.residual < _SAME else ""
    bent = "" if flat else f", its corners {shape.residual:.3f} Å off a plane"
    return f"a {flat}{figure} of {size}{bent}"
