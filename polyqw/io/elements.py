"""Which element a symbol or a label of a CIF means."""

import re
from functools import lru_cache

_SYMBOLS = """
H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb
Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu
Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf
"""
SYMBOLS = frozenset(re.findall(r"\w+", _SYMBOLS))
"""Elements that are found in crystals; No, Cn, Nh and their like only ever stand for NO3, CN and NH4."""

_LETTERS = re.compile(r"[A-Za-z]+")
_ISOTOPES = {"D": "H"}
_CHARGE = r"\(?[0-9]*\.?[0-9]*[+-]?[0-9]*\.?[0-9]*\)?"
_SYMBOL = re.compile(rf"([A-Za-z]{{1,2}}){_CHARGE}")
_SCATTERING_FACTOR = re.compile(r"(C|Si)val?")
"""Names of scattering factors of valence electrons (International Tables C, Table 6.1.1.4): ``Cval``, ``Siva``."""

_WATER = re.compile(r"(?:wat|h2o|hoh|ow|oh2?)", re.IGNORECASE)
_WATER_SYMBOL = re.compile(rf"{_WATER.pattern}{_CHARGE}", re.IGNORECASE)
_VACANCY = re.compile(r"(?:va|vac|vak|vacancy|vc|du|dum|lp)", re.IGNORECASE)
_VACANCY_OR_ANY = re.compile(r"(?:x|xx|q)", re.IGNORECASE)
_SHARE = r"((?<!\d)\d*+\.\d++)\s*+(?:\(\d++\)\s*+)?([A-Z][a-z]?)(?![a-z])(?:\d?[+-])?"
_MIXTURE = re.compile(_SHARE)
_WHOLE_MIXTURE = re.compile(rf"\s*{_SHARE}(?:\s*[+,/]?\s*{_SHARE})+\s*")

_CLASSES = frozenset({"RE", "TM"})
"""Rare earth and transition metal: in capitals these are rhenium and thulium only where the formula has those."""

_NAMELESS = re.compile(r"(?:unk|cat|cation|an|anion|ion|pos|site)", re.IGNORECASE)
"""Words for a place whose element nobody says."""

_SEVERAL = re.compile(r"[A-Za-z][0-9.]*[/,+][A-Z]|[A-Za-z][0-9]*\.[0-9]")
"""Labels such as ``Ba/K1``, ``(Ba,K)``, ``Cu+Zn`` or ``Fe0.5Co0.5``, with more than one element."""

_SUFFIX = re.compile(r"[A-Z]{1,2}")
_METALS_OF_ONE_LETTER = frozenset("KVYUW")


@lru_cache(maxsize=1024)
def element_of_symbol(symbol: str, declared: frozenset[str] = frozenset()) -> str | None:
    """Return the element of a type symbol such as ``Fe3+``, ``O2-``, ``CU`` or ``D``; None for anything else.

    Parameters
    ----------
    declared : frozenset of str
        Elements of the declared formula: ``RE`` is rhenium only where it has rhenium.
    """
    if match := _SCATTERING_FACTOR.fullmatch(symbol):
        return match[1]
    if match := _SYMBOL.fullmatch(symbol):
        element = _named(match[1], declared)
        if element is not None:
            return element
    return "O" if _WATER_SYMBOL.fullmatch(symbol) else None


@lru_cache(maxsize=4096)
def element_of_label(label: str, declared: frozenset[str] = frozenset()) -> str | None:
    """Return the element of a site label such as ``Cu1A`` or ``CA2``, or None where it is not certain.

    A label that goes on with letters after the element (``Oap1``, ``CuA``) is certain where the formula has the
    element; without a formula, only capitals that name no second element may follow.

    Parameters
    ----------
    declared : frozenset of str
        Elements of the declared formula: ``CO1`` is carbon where there is no cobalt.
    """
    letters = _LETTERS.match(label)
    if letters is None or _SEVERAL.search(label) or _NAMELESS.fullmatch(letters[0]):
        return None
    word = letters[0]
    if _WATER.fullmatch(word) or label.upper().startswith("H2O"):
        return "O"
    whole = _named(word, declared)
    is_title = word[:1].isupper() and word[1:2].islower()
    if whole is not None and (is_title or len(word) == 1 or not declared or whole in declared):
        return whole
    parts = [(element, word[n:]) for n in (2, 1) if (element := _named(word[:n], declared)) is not None]
    if declared:
        return next((element for element, _ in parts if element in declared), whole)
    return next((element for element, rest in parts if _may_follow(word, element, rest)), None)


def mixture_of_symbol(symbol: str) -> list[tuple[str, float]]:
    """Return the elements and shares of a symbol such as ``0.8Nb + 0.2Zr``; empty for any other symbol."""
    if "." not in symbol or _WHOLE_MIXTURE.fullmatch(symbol) is None:
        return []
    found = [(element, float(share)) for share, element in _MIXTURE.findall(symbol)]
    return found if all(element in SYMBOLS for element, _ in found) else []


@lru_cache(maxsize=1024)
def is_vacancy(symbol: str, declared: frozenset[str] = frozenset()) -> bool:
    """Whether a symbol or label marks an empty place, a dummy or a lone pair, not an atom.

    ``X`` and ``Q`` also stand for any anion; they are empty only where a declared formula says what else there is.
    """
    if symbol.startswith("□"):
        return True
    letters = _LETTERS.match(symbol)
    if letters is None:
        return False
    return bool(_VACANCY.fullmatch(letters[0]) or (declared and _VACANCY_OR_ANY.fullmatch(letters[0])))


def _named(word: str, declared: frozenset[str]) -> str | None:
    """Return the element whose symbol a word is, in any case."""
    element = word.title()
    if word in _CLASSES and element not in declared:
        return None
    if element in _ISOTOPES:
        return _ISOTOPES[element]
    return element if element in SYMBOLS else None


def _may_follow(word: str, element: str, rest: str) -> bool:
    """Whether letters after an element can be a mark of the site, such as those of ``CuA``, ``O`` and ``OAP``."""
    is_capital = word[: len(word) - len(rest)] in (element, element.upper(), "D")
    names_more = rest[:1] in _METALS_OF_ONE_LETTER and element != "O"
    return is_capital and _SUFFIX.fullmatch(rest) is not None and not names_more
