"""What arrays are called in signatures; docstrings give their shapes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int64]  # of products
Codes = npt.NDArray[np.int32]  # into the values of an attribute, -1 unknown
Rows = npt.NDArray[np.intp]  # where something stands in other arrays
