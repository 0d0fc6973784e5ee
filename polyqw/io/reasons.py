"""Why a file or a data block was not read: all reason codes of reading."""

from enum import StrEnum


class Unread(StrEnum):
    """Why a file, or a block of one, gave no structure."""

    # the file
    MISSING = "missing"
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    BINARY = "binary"
    UTF16 = "utf16"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    NO_CIF_IN_FOLDER = "no_cif_in_folder"
    # an archive
    BAD_ARCHIVE = "bad_archive"
    ENCRYPTED = "encrypted"
    NO_CIF_IN_ARCHIVE = "no_cif_in_archive"
    # what the file is
    NOT_CIF = "not_cif"
    DICTIONARY = "dictionary"
    MMCIF = "mmcif"
    REFLECTIONS_ONLY = "reflections_only"
    NO_STRUCTURE = "no_structure"
    NO_BLOCK = "no_block"
    # the block
    DUPLICATE_ITEM = "duplicate_item"
    SAVE_FRAME = "save_frame"
    TRUNCATED = "truncated"
    PARSE_ERROR = "parse_error"
    NOT_PROVABLE = "not_provable"
    # the cell
    BAD_CELL = "bad_cell"
    NOT_PERIODIC = "not_periodic"
    IMPLAUSIBLE_VOLUME = "implausible_volume"
    FORMULA_ELEMENTS = "formula_elements"
    # the sites
    NO_ATOMS = "no_atoms"
    BAD_NUMBER = "bad_number"
    BAD_OCCUPANCY = "bad_occupancy"
    UNKNOWN_ELEMENT = "unknown_element"
    TOO_MANY_AT_ONE_PLACE = "too_many_at_one_place"
    # the symmetry
    BAD_OPERATION = "bad_operation"
    TOO_MANY_OPERATIONS = "too_many_operations"
    UNKNOWN_SPACE_GROUP = "unknown_space_group"
    SPACE_GROUP_CONFLICT = "space_group_conflict"
    SYMMETRY_METRIC = "symmetry_metric"
    AMBIGUOUS_ORIGIN = "ambiguous_origin"
    # the process that read it
    TIMEOUT = "timeout"
    MEMORY = "memory"
    WORKER_DIED = "worker_died"
    INTERNAL_ERROR = "internal_error"
    NOT_READ = "not_read"
    UNKNOWN = "unknown"
