"""The checker of annotations under which the library's tests run."""

import numpy as np
from beartype import BeartypeConf, FrozenDict, beartype

# As elsewhere in Python an int will do for a float, and NumPy's numbers for both.
_WHOLE = int | np.integer
_NUMBERS = FrozenDict({int: _WHOLE, float: float | np.floating | _WHOLE})

check = beartype(conf=BeartypeConf(hint_overrides=_NUMBERS))
