"""Make values fit for a JSON column: no NumPy, no tuples, no NaN."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Return a value as JSON gives it back: NaN and infinity as None, arrays and tuples as lists."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [plain(item) for item in items]
    return value


def plain_dict(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping as JSON gives it back."""
    return {str(key): plain(item) for key, item in values.items()}


def json_digest(value: Any) -> str:
    """Return a SHA-256 of a value that does not depend on the order of keys."""
    return hashlib.sha256(json.dumps(plain(value), sort_keys=True, allow_nan=False).encode()).hexdigest()
