# %% variant "blur minus image" expects="blurs"
def unsharp_mask(image, sigma, amount):
    axis = -1 if image.ndim == 3 else None
    details = gaussian(image, sigma=sigma, channel_axis=axis) - image
    return (image + amount * details).clip(0, 1)


# %% variant "forgets to clip" expects="not clipped"
def unsharp_mask(image, sigma, amount):
    axis = 2 if len(image.shape) == 3 else None
    blur = gaussian(image, sigma, channel_axis=axis)
    return image * (1 + amount) - blur * amount


# %% variant "no channel axis" expects="blurs across the channels"
def unsharp_mask(image, sigma, amount):
    details = image - gaussian(image, sigma=sigma)
    result = image + details * amount
    result[result < 0] = 0
    result[result > 1] = 1
    return result


# %% variant "always a channel axis" expects="takes gray images for colour"
def unsharp_mask(image, sigma, amount):
    details = image - gaussian(image, sigma=sigma, channel_axis=image.ndim - 1)
    return np.clip(image + details * amount, 0, 1)


# %% variant "details only" expects="returns the details alone"
def unsharp_mask(image, sigma, amount):
    axis = -1 if image.ndim == 3 else None
    details = amount * (image - gaussian(image, sigma, channel_axis=axis))
    return np.clip(details, 0.0, 1.0)


# %% variant "the order of the arguments" expects="ignores the amount"
def unsharp_mask(image, sigma, amount=1):
    axis = -1 if image.ndim == 3 else None
    return np.clip(2 * image - gaussian(image, sigma, channel_axis=axis), 0, 1)


# %% variant "in place" expects="changes its input"
def unsharp_mask(image, sigma, amount):
    axis = -1 if image.ndim == 3 else None
    details = image - gaussian(image, sigma, channel_axis=axis)
    image += amount * details
    return image.clip(0, 1)
