# %% variant "windows, unturned" expects="correlates instead of convolving"
def convolve2d(image, kernel):
    h, w = kernel.shape
    padded = np.pad(image, ((h // 2, h // 2), (w // 2, w // 2)))
    out = np.zeros_like(image, dtype=float)
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            out[y, x] = np.sum(padded[y : y + h, x : x + w] * kernel)
    return out


# %% variant "flipud only" expects="flips the rows only"
def convolve2d(image, kernel):
    h, w = kernel.shape
    kernel = np.flipud(kernel)
    padded = np.pad(image, ((h // 2, h // 2), (w // 2, w // 2)))
    out = np.zeros(image.shape)
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            out[y, x] = (padded[y : y + h, x : x + w] * kernel).sum()
    return out


# %% variant "edge pixels again" expects="repeats the border pixels"
def convolve2d(image, kernel):
    h, w = kernel.shape
    kernel = np.flip(kernel)
    padded = np.pad(image, ((h // 2, h // 2), (w // 2, w // 2)), "edge")
    out = np.zeros(image.shape)
    for i in range(h):
        for j in range(w):
            out += kernel[i, j] * padded[i : i + image.shape[0], j : j + image.shape[1]]
    return out


# %% variant "no padding" expects="valid size"
def convolve2d(image, kernel):
    h, w = kernel.shape
    kernel = kernel[::-1, ::-1]
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    out = np.zeros((rows, columns))
    for y in range(rows):
        for x in range(columns):
            out[y, x] = (image[y : y + h, x : x + w] * kernel).sum()
    return out


# %% variant "divided by its sum" expects="normalises the kernel"
def convolve2d(image, kernel):
    h, w = kernel.shape
    kernel = np.rot90(kernel, 2) / np.sum(kernel)
    padded = np.pad(image, ((h // 2, h // 2), (w // 2, w // 2)))
    out = np.zeros(image.shape)
    for i in range(h):
        for j in range(w):
            out += kernel[i, j] * padded[i : i + image.shape[0], j : j + image.shape[1]]
    return out


# %% variant "pads with the height only" expects="explained"
def convolve2d(image, kernel):
    size = kernel.shape[0] // 2
    turned = np.flip(kernel)
    padded = np.pad(image, size)
    out = np.zeros(image.shape)
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            window = padded[y : y + kernel.shape[0], x : x + kernel.shape[1]]
            out[y, x] = (window * turned).sum()
    return out


# %% variant "rolls the image" expects="wraps around at the border"
def convolve2d(image, kernel):
    a, b = kernel.shape[0] // 2, kernel.shape[1] // 2
    out = np.zeros(image.shape)
    for i in range(-a, a + 1):
        for j in range(-b, b + 1):
            out += kernel[a + i, b + j] * np.roll(image, (i, j), axis=(0, 1))
    return out
