# %% variant "slices" expects="every k-th pixel"
def downscale(image, factor):
    rows = range(0, image.shape[0], factor)
    columns = range(0, image.shape[1], factor)
    return image[rows][:, columns]


# %% variant "sums of slices" expects="the sum of each block"
def downscale(image, factor):
    return sum(image[i::factor, j::factor] for i in range(factor) for j in range(factor))


# %% variant "divided once" expects="divides by k"
def downscale(image, factor):
    total = sum(image[i::factor, j::factor] for i in range(factor) for j in range(factor))
    return total / factor


# %% variant "one reshape too simple" expects="splits the axes in the wrong order"
def downscale(image, factor):
    h, w = image.shape[0] // factor, image.shape[1] // factor
    return image.reshape((h, w, factor, factor, *image.shape[2:])).mean(2).mean(2)


# %% variant "the mean of a block, colours and all" expects="mixes the channels"
def downscale(image, factor):
    h, w = image.shape[0] // factor, image.shape[1] // factor
    out = np.zeros((h, w))
    for y in range(h):
        for x in range(w):
            rows = image[y * factor : (y + 1) * factor]
            out[y, x] = rows[:, x * factor : (x + 1) * factor].mean()
    return out


# %% variant "the loop forgets the factor" expects="blocks that overlap"
def downscale(image, factor):
    h, w = image.shape[0] - factor + 1, image.shape[1] - factor + 1
    out = np.zeros((h, w, *image.shape[2:]))
    for y in range(h):
        for x in range(w):
            out[y, x] = image[y : y + factor, x : x + factor].mean(axis=(0, 1))
    return out


# %% variant "an image of gray" expects="none"
def downscale(image, factor):
    h, w = image.shape
    return image.reshape(h // factor, factor, w // factor, factor).mean((1, 3))


# %% variant "a division that makes floats" expects="none"
def downscale(image, factor):
    h, w = image.shape[0] / factor, image.shape[1] / factor
    return image.reshape(h, factor, w, factor, *image.shape[2:]).mean(axis=(1, 3))


# %% variant "the maximum" expects="the largest of each block"
def downscale(image, factor):
    h, w = image.shape[0] // factor, image.shape[1] // factor
    out = np.zeros((h, w, *image.shape[2:]))
    for y in range(h):
        for x in range(w):
            rows = image[y * factor : (y + 1) * factor]
            out[y, x] = np.max(rows[:, x * factor : (x + 1) * factor], axis=(0, 1))
    return out


# %% variant "the middle" expects="the middle pixel of each block"
def downscale(image, factor):
    half = factor // 2
    return np.array(image[half::factor, half::factor])
