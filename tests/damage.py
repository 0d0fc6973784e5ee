"""Small damages to text files of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random

CIF_WORDS = (
    "nan inf -inf 1e309 1e-320 -0 0 1/0 1/3 0.333 1_0 0x10 1e5 -1 999999999999 5e-324 1.5(99999999999) 1(-3) .5. +- "
    "½ ٣ loop_ data_ data_x save_ stop_ global_ _x _cell_length_a _atom_site_fract_x _atom_site_label ? . ' \" ; # ; "
    "x,y,z x,y,z+1/9999 y,y,y -x,-x,-x x-y,x,z+1/7 Fe Cu2+ D Zz Va Fe/Co P4/nmm F-43m 'I 4/m m m' 1 2 () \\ & < $(id)"
).split(" ")
BYTES = (b"\x00", b"\xff", b"\r", b"\n", b"\n;\n", b"'", b'"', b"#", b"_", b"\xe2\x80\xae", b"\x1a", b" ")


class Case(NamedTuple):
    """A damaged file.

    Parameters
    ----------
    seed : str
        Gives the case again.
    data : bytes
    """

    seed: str
    data: bytes


def damage_word(rng: random.Random, data: bytes, _files: list[bytes]) -> bytes:
    """Put another word in the place of one."""
    lines = data.split(b"\n")
    k = rng.randrange(len(lines))
    words = lines[k].split(b" ")
    words[rng.randrange(len(words))] = rng.choice(CIF_WORDS).encode()
    lines[k] = b" ".join(words)
    return b"\n".join(lines)


def damage_digit(rng: random.Random, data: bytes, _files: list[bytes]) -> bytes:
    """Put another sign in the place of one of a number."""
    places = [k for k, c in enumerate(data) if c in b"0123456789.-"]
    if not places:
        return data
    k = rng.choice(places)
    return data[:k] + rng.choice(b"0123456789.-e( ").to_bytes() + data[k + 1 :]


def damage_line(rng: random.Random, data: bytes, _files: list[bytes]) -> bytes:
    """Leave out, repeat or exchange lines."""
    lines = data.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(3):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case _:
            lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def damage_bytes(rng: random.Random, data: bytes, _files: list[bytes]) -> bytes:
    """Put bytes in the place of some."""
    k = rng.randrange(len(data) + 1)
    return data[:k] + rng.choice(BYTES) + data[k + rng.randrange(3) :]


def damage_cut(rng: random.Random, data: bytes, _files: list[bytes]) -> bytes:
    """Leave out a part, or all but a part."""
    one, other = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:one] + data[other:] if rng.random() < 0.5 else data[:other]


def damage_splice(rng: random.Random, data: bytes, files: list[bytes]) -> bytes:
    """End as another file does."""
    other = rng.choice(files)
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other)) :]
