"""Turn the bytes of a CIF into text, or say why they are not one."""

from polyqw.errors import ReadError
from polyqw.io.reasons import Unread

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b")) + b"\x7f"


def decode_cif(name: str, data: bytes) -> tuple[str, list[str]]:
    r"""Return the text of a CIF with ``\n`` line ends, and what had to be mended.

    Parameters
    ----------
    data : bytes
        UTF-8 (with or without byte order mark) or Latin-1, any line ends.

    Returns
    -------
    text : str
    warnings : list of str
    """
    if data.startswith(_UTF16_MARKS):
        raise ReadError(Unread.UTF16, f"{name}: this is UTF-16 text; save it as UTF-8")
    body = data.removeprefix(_UTF8_MARK)
    if not body.strip():
        raise ReadError(Unread.EMPTY, f"{name}: this file is empty")
    if body.translate(None, _CONTROL_BYTES) != body:
        raise ReadError(Unread.BINARY, f"{name}: this is binary data, not the text of a CIF")
    warnings = []
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("latin-1")
        warnings.append("encoding: not UTF-8, read as Latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n"), warnings
