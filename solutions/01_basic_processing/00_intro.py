# %% setup
import numpy as np
