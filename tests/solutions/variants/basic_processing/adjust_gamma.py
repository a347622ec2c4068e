# %% variant "the reciprocal, as cameras say it" expects="1/gamma"
def adjust_gamma(image, gamma):
    inverse = 1.0 / gamma
    return np.power(image, inverse)


# %% variant "OpenCV's table, in bytes" expects="returns values up to 255"
def adjust_gamma(image, gamma):
    return np.power(image, gamma) * 255.0


# %% variant "order of the arguments of power" expects="base and exponent swapped"
def adjust_gamma(image, gamma):
    return np.power(gamma, image)


# %% variant "in place" expects="changes its input"
def adjust_gamma(image, gamma):
    np.power(image, gamma, out=image)
    return image


# %% variant "an epsilon before the power" expects="a small number in the logarithm"
def adjust_gamma(image, gamma):
    return (image + 1e-8) ** gamma


# %% variant "stretches first" expects="divides by the image's maximum"
def adjust_gamma(image, gamma):
    scaled = image / np.max(image)
    return scaled**gamma


# %% variant "a caret" expects="none"
def adjust_gamma(image, gamma):
    return image ^ gamma


# %% variant "bytes on the way" expects="rounds to 256 levels"
def adjust_gamma(image, gamma):
    levels = np.uint8(image * 255)
    return np.power(levels / 255.0, gamma)
