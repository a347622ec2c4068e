# %% variant "the usual few lines" expects="without cdf_min"
def equalize_histogram(image):
    counts, _ = np.histogram(image, bins=256, range=(0, 256))
    cdf = np.cumsum(counts) / image.size
    return np.rint(255 * cdf[image]).astype(np.uint8)


# %% variant "stretches" expects="contrast stretch"
def equalize_histogram(image):
    low, high = int(image.min()), int(image.max())
    if low == high:
        return np.zeros_like(image)
    return np.rint((image.astype(float) - low) * 255 / (high - low)).astype(np.uint8)


# %% variant "no rounding" expects="truncates"
def equalize_histogram(image):
    values, counts = np.unique(image, return_counts=True)
    if len(values) == 1:
        return image.copy()
    cdf = counts.cumsum()
    table = np.zeros(256)
    table[values] = 255 * (cdf - cdf[0]) / (cdf[-1] - cdf[0])
    return np.uint8(table[image])


# %% variant "the masked cdf, in floats" expects="stays in floats"
def equalize_histogram(image):
    if image.max() == image.min():
        return image.astype(np.float64)
    values, counts = np.unique(image, return_counts=True)
    cdf = counts.cumsum()
    table = np.zeros(256)
    table[values] = np.round(255 * (cdf - cdf[0]) / (cdf[-1] - cdf[0]))
    return table[image]


# %% variant "nothing for one value" expects="explained"
def equalize_histogram(image):
    values, counts = np.unique(image, return_counts=True)
    cdf = counts.cumsum()
    if len(values) > 1:
        table = np.zeros(256, dtype=np.uint8)
        table[values] = np.round(255 * (cdf - cdf[0]) / (cdf[-1] - cdf[0]))
        return table[image]


# %% variant "the input itself for one value" expects="explained"
def equalize_histogram(image):
    values, counts = np.unique(image, return_counts=True)
    if len(values) == 1:
        return image
    cdf = counts.cumsum()
    table = np.zeros(256, dtype=np.uint8)
    table[values] = np.round(255 * (cdf - cdf[0]) / (cdf[-1] - cdf[0]))
    return table[image]


# %% variant "the smallest of the cdf" expects="cdf_min is the first entry of the cdf"
def equalize_histogram(image):
    hist = np.bincount(image.flatten(), minlength=256)
    cdf = hist.cumsum()
    span = cdf.max() - cdf.min()
    return np.round((cdf - cdf.min()) * 255 / span).astype("uint8")[image]
