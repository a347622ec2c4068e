# %% variant "the mean, by hand" expects="plain mean"
def rgb_to_gray(image):
    return (image[:, :, 0] + image[:, :, 1] + image[:, :, 2]) / 3


# %% variant "OpenCV's order" expects="channels reversed"
def rgb_to_gray(image):
    b, g, r = image[..., 0], image[..., 1], image[..., 2]
    return 0.2125 * r + 0.7154 * g + 0.0721 * b


# %% variant "the weights one remembers" expects="weights of BT.601"
def rgb_to_gray(image):
    return np.dot(image, [0.299, 0.587, 0.114])


# %% variant "weights, and a mean" expects="divides the sum by 3"
def rgb_to_gray(image):
    weighted = image * np.array([0.2125, 0.7154, 0.0721])
    return np.mean(weighted, axis=-1)


# %% variant "a last axis of one" expects="keeps a channel axis"
def rgb_to_gray(image):
    gray = 0.2125 * image[..., 0] + 0.7154 * image[..., 1] + 0.0721 * image[..., 2]
    return gray[..., None]


# %% variant "unpacks rows" expects="none"
def rgb_to_gray(image):
    r, g, b = image
    return 0.2125 * r + 0.7154 * g + 0.0721 * b


# %% variant "the three channels again" expects="three equal channels"
def rgb_to_gray(image):
    gray = np.dot(image, [0.2125, 0.7154, 0.0721])
    return np.dstack((gray, gray, gray))


# %% variant "green alone" expects="none"
def rgb_to_gray(image):
    return image[:, :, 1]
