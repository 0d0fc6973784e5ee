"""Expand what a user names into files to read: files, folders, globs, archives, standard input."""

from __future__ import annotations

import glob
import gzip
import os
import stat
import sys
import zipfile
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from polyqw.errors import ReadError
from polyqw.io.read_options import DEFAULT
from polyqw.io.reasons import Unread
from polyqw.suggest import or_else

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from polyqw.io.read_options import ReadOptions

STANDARD_INPUT: Final = "-"

_CIF_SUFFIXES: Final = (".cif", ".mcif")
_PACKED_SUFFIXES: Final = tuple(f"{suffix}.gz" for suffix in _CIF_SUFFIXES)
_FOLDER_SUFFIXES: Final = (*_CIF_SUFFIXES, *_PACKED_SUFFIXES, ".zip")
_MOST_NAMES: Final = 500
_RATIO_COUNTS_ABOVE: Final = 1024 * 1024
_UNPACKING_ERRORS: Final = (
    OSError,
    EOFError,
    zlib.error,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Source:
    """One text to read.

    A source can be sent to another process: it holds a path or the bytes, never an open file.

    Parameters
    ----------
    name : str
        Name for people: the path as given, ``archive.zip/member.cif``, or ``-``.
    content : bytes or None
        The bytes, where they had to be fetched already (archives, standard input).
    """

    name: str
    content: bytes | None = field(default=None, repr=False)

    def read(self, limits: ReadOptions = DEFAULT) -> bytes:
        """Return the unpacked bytes.

        Raises
        ------
        ReadError
            If the file cannot be read, or is too large before or after decompression.
        """
        return _read_file(self.name, limits) if self.content is None else self.content


@dataclass(frozen=True, slots=True)
class RefusedSource:
    """Something a user named that gives nothing to read."""

    name: str
    error: ReadError


def expand_inputs(names: Iterable[str], limits: ReadOptions = DEFAULT) -> Iterator[Source | RefusedSource]:
    """Yield the sources behind a list of names, in the order given, folders and globs sorted.

    Parameters
    ----------
    names : iterable of str
        Files, folders (searched recursively), globs, ``.cif.gz``, ``.zip`` (each CIF in it), and ``-``
        for standard input. A file that is named itself is read whatever its suffix.
    limits : ReadOptions
        Of members of archives and of standard input; those of files count when they are read.

    Yields
    ------
    Source or RefusedSource
        Members of an archive are unpacked one at a time, as the iteration reaches them.
    """
    for name in names:
        try:
            yield from _expand(name, limits)
        except ReadError as error:
            yield RefusedSource(name, error)


def expand_content(name: str, content: bytes, limits: ReadOptions = DEFAULT) -> Iterator[Source | RefusedSource]:
    """Yield the sources in bytes that are not on a disk, such as an upload: itself, or the members of an archive.

    Parameters
    ----------
    name : str
        Says by its end whether it is a ``.zip`` or ``.gz``; it is never opened.
    """
    try:
        if len(content) > limits.file_bytes:
            raise _too_large(name, limits.file_bytes)
        if name.lower().endswith(".zip"):
            yield from _members_of(name, BytesIO(content), len(content), limits)
        elif name.lower().endswith(".gz"):
            try:
                yield Source(name, _unpack_gzip(BytesIO(content), len(content), name, limits))
            except _UNPACKING_ERRORS as error:
                raise _not_unpacked(name, error) from error
        else:
            yield Source(name, content)
    except ReadError as error:
        yield RefusedSource(name, error)


def count_inputs(names: Iterable[str]) -> int:
    """Return about how many sources names stand for, without reading any: an archive counts as one."""
    total = 0
    for name in names:
        if _exists(Path(name)) and Path(name).is_dir():
            total += sum(1 for _ in _files_below(name))
        else:
            total += max(1, len(glob.glob(name, recursive=True)) if glob.has_magic(name) else 1)
    return total


def names_something(name: str) -> bool:
    """Whether a name stands for a file or folder that is there, for a pattern that fits one, or standard input."""
    return (
        name == STANDARD_INPUT
        or _exists(Path(name))
        or (glob.has_magic(name) and any(glob.iglob(name, recursive=True)))
    )


def _expand(name: str, limits: ReadOptions) -> Iterator[Source | RefusedSource]:
    if name == STANDARD_INPUT:
        yield Source(name, _read_standard_input(limits))
        return
    path = Path(name)
    if not name:
        raise ReadError(Unread.MISSING, "'': an empty name; name a file or a folder")
    if not _exists(path):
        if not glob.has_magic(name):
            raise ReadError(Unread.MISSING, f"{name}: there is no such file or folder{_beside(path)}")
        matches = sorted(glob.glob(name, recursive=True))
        if not matches:
            raise ReadError(Unread.MISSING, f"{name}: nothing matches this pattern; check the folder it starts in")
        yield from expand_inputs(matches, limits)
    elif path.is_dir():
        files = sorted(_files_below(name))
        if not files:
            raise ReadError(Unread.NO_CIF_IN_FOLDER, f"{name}: no .cif, .cif.gz or .zip in this folder or below it")
        for file in files:
            yield from _expand_file(file, limits)
    else:
        yield from _expand_file(name, limits)


def _expand_file(name: str, limits: ReadOptions) -> Iterator[Source | RefusedSource]:
    if not name.lower().endswith(".zip"):
        yield Source(name)
        return
    try:
        yield from _archive_members(name, limits)
    except ReadError as error:
        yield RefusedSource(name, error)


def _files_below(folder: str) -> Iterator[str]:
    seen = {os.path.realpath(folder)}
    for parent, folders, files in os.walk(folder, followlinks=True):
        new = {name: os.path.realpath(os.path.join(parent, name)) for name in sorted(folders)}
        folders[:] = [name for name, real in new.items() if real not in seen]
        seen.update(new.values())
        for name in files:
            if name.lower().endswith(_FOLDER_SUFFIXES) and not name.startswith("."):
                yield os.path.join(parent, name)


def _archive_members(name: str, limits: ReadOptions) -> Iterator[Source | RefusedSource]:
    _refuse_special_file(name)
    try:
        with open(name, "rb") as stream:
            yield from _members_of(name, stream, os.path.getsize(name), limits)
    except OSError as error:
        raise _unreadable(name, error) from error


def _members_of(
    name: str, stream: BinaryIO, archive_bytes: int, limits: ReadOptions
) -> Iterator[Source | RefusedSource]:
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise ReadError(Unread.BAD_ARCHIVE, f"{name}: not a zip archive, or damaged; make it again") from error
    with archive:
        members = sorted((info for info in archive.infolist() if _is_cif_member(info)), key=lambda i: i.filename)
        _refuse_members(name, members, archive_bytes, limits)
        most = left = max(limits.unpacked_bytes, int(limits.ratio * archive_bytes))
        for info in members:
            member, wanted = f"{name}/{info.filename}", _unpacking_bytes(info, limits)
            if min(wanted, info.file_size) > left:
                yield RefusedSource(
                    member,
                    ReadError(
                        Unread.TOO_LARGE,
                        f"{member}: the CIFs of this archive unpack to more than {most / 2**20:.0f} MB together; "
                        "split it, or allow more (--limit ratio=...)",
                    ),
                )
                continue
            try:
                content = _read_member(archive, info, member, limits)
            except ReadError as error:
                left -= wanted
                yield RefusedSource(member, error)
            else:
                left -= len(content)
                yield Source(member, content)


def _unpacking_bytes(info: zipfile.ZipInfo, limits: ReadOptions) -> int:
    """Return the most that is unpacked of a member; nothing of one that its size alone refuses."""
    if info.file_size > _most_unpacked(info.compress_size, limits):
        return 0
    return _most_unpacked(info.file_size, limits) if _is_packed(info) else info.file_size


def _refuse_members(name: str, members: list[zipfile.ZipInfo], archive_bytes: int, limits: ReadOptions) -> None:
    """Check what the directory of an archive says, before any member is unpacked."""
    if not members:
        raise ReadError(Unread.NO_CIF_IN_ARCHIVE, f"{name}: this archive holds no .cif")
    if len(members) > limits.members:
        raise ReadError(
            Unread.TOO_LARGE,
            f"{name}: {len(members)} CIFs in one archive, at most {limits.members} are read; split it "
            "(--limit members=...)",
        )
    if sum(info.compress_size for info in members) > archive_bytes:
        raise ReadError(
            Unread.BAD_ARCHIVE, f"{name}: its members take more room than it has; they overlap, so make it again"
        )


def _is_cif_member(info: zipfile.ZipInfo) -> bool:
    parts = info.filename.split("/")
    hidden = "__MACOSX" in parts or parts[-1].startswith(".")
    return not hidden and info.filename.lower().endswith((*_CIF_SUFFIXES, *_PACKED_SUFFIXES))


def _is_packed(info: zipfile.ZipInfo) -> bool:
    return info.filename.lower().endswith(_PACKED_SUFFIXES)


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, limits: ReadOptions) -> bytes:
    most = _most_unpacked(info.compress_size, limits)
    if info.flag_bits & 1:
        raise ReadError(Unread.ENCRYPTED, f"{name}: this member is encrypted; unpack the archive first")
    if info.file_size > most:
        raise _too_large(name, most)
    try:
        with archive.open(info) as stream:
            content = _unpack(stream.read, most, name)
        if not _is_packed(info):
            return content
        return _unpack_gzip(BytesIO(content), len(content), name, limits)
    except _UNPACKING_ERRORS as error:
        raise ReadError(
            Unread.BAD_ARCHIVE, f"{name}: cannot be unpacked ({error}); make the archive again"
        ) from error


def _read_file(name: str, limits: ReadOptions) -> bytes:
    _refuse_special_file(name)
    try:
        size = os.path.getsize(name)
        if size > limits.file_bytes:
            raise _too_large(name, limits.file_bytes)
        if not name.lower().endswith(".gz"):
            return Path(name).read_bytes()
    except OSError as error:
        raise _unreadable(name, error) from error
    try:
        with open(name, "rb") as packed:
            return _unpack_gzip(packed, size, name, limits)
    except _UNPACKING_ERRORS as error:
        raise _not_unpacked(name, error) from error


def _unpack_gzip(packed: BinaryIO, packed_bytes: int, name: str, limits: ReadOptions) -> bytes:
    with gzip.GzipFile(fileobj=packed) as stream:
        return _unpack(stream.read, _most_unpacked(packed_bytes, limits), name)


def _most_unpacked(packed_bytes: int, limits: ReadOptions) -> int:
    return min(limits.unpacked_bytes, max(_RATIO_COUNTS_ABOVE, int(limits.ratio * packed_bytes)))


def _unpack(read: Callable[[int], bytes], most: int, name: str) -> bytes:
    """Read a stream that may hold far more than it says, and stop at the limit [bytes]."""
    content = read(most + 1)
    if len(content) > most:
        raise _too_large(name, most)
    return content


def _read_standard_input(limits: ReadOptions) -> bytes:
    # Its size has a limit, its time has none: whoever types, or computes upstream, may take as long as they like.
    content = sys.stdin.buffer.read(limits.file_bytes + 1)
    if len(content) > limits.file_bytes:
        raise _too_large("standard input", limits.file_bytes)
    return content


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long for the file system, or with a null byte
        return False


def _beside(path: Path) -> str:
    """Return the names in the same folder that may have been meant, as words."""
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry in islice(entries, _MOST_NAMES)]
    except (OSError, ValueError):
        names = []
    return or_else(path.name, names, "; check the spelling")


def _refuse_special_file(name: str) -> None:
    try:
        mode = os.stat(name).st_mode
    except OSError as error:
        raise _unreadable(name, error) from error
    if not stat.S_ISREG(mode):
        raise ReadError(Unread.NOT_A_FILE, f"{name}: a pipe or device, not a regular file; pipe its text into '-'")


def _unreadable(name: str, error: OSError) -> ReadError:
    if isinstance(error, FileNotFoundError):
        return ReadError(Unread.MISSING, f"{name}: there is no such file; check the spelling")
    return ReadError(Unread.UNREADABLE, f"{name}: cannot be read ({error.strerror}); check its permissions")


def _not_unpacked(name: str, error: BaseException) -> ReadError:
    return ReadError(Unread.BAD_ARCHIVE, f"{name}: cannot be unpacked ({error}); compress it again")


def _too_large(name: str, limit: int) -> ReadError:
    return ReadError(
        Unread.TOO_LARGE,
        f"{name}: over the limit of {limit / 2**20:.0f} MB; split it into smaller files, or allow more "
        "(--limit file_mb=..., unpacked_mb, ratio)",
    )
