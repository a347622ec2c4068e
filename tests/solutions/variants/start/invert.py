# %% variant "a list in arithmetic" expects="explained"
def invert(image):
    return 1 - list(image)


# %% variant "the range of bytes" expects="subtracts from 255"
def invert(image):
    white = np.full(image.shape, 255)
    return white - image


# %% variant "multiplies by minus one" expects="changes the sign"
def invert(image):
    return np.multiply(image, -1)


# %% variant "minus and plus in the wrong order" expects="subtracts 1 the wrong way round"
def invert(image):
    negative = image.copy()
    negative -= 1
    return negative


# %% variant "NumPy's invert" expects="inverts bits"
def invert(image):
    return np.invert(image)


# %% variant "flipud, which is a view of the input" expects="explained"
def invert(image):
    return np.flipud(image)


# %% variant "its own brightest value" expects="subtracts from the brightest value"
def invert(image):
    white = np.max(image)
    return white - image


# %% variant "in place" expects="changes its input"
def invert(image):
    image *= -1
    image += 1
    return image


# %% variant "prints" expects="returns nothing"
def invert(image):
    negative = 1 - image
    print(negative.shape)


# %% variant "one argument too many" expects="explained"
def invert(image, white):
    return white - image
