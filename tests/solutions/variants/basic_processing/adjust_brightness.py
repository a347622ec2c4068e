# %% variant "adds and returns" expects="adds in uint8"
def adjust_brightness(image, delta):
    return image + delta


# %% variant "clips in the end" expects="clips after the overflow"
def adjust_brightness(image, delta):
    result = image + delta
    result[result > 255] = 255
    return result.clip(min=0).astype("uint8")


# %% variant "an array of its own, filled in uint8" expects="never clips"
def adjust_brightness(image, delta):
    result = np.zeros_like(image)
    result[:] = image[:]
    result = result + np.array(delta).astype(np.uint8)
    return result


# %% variant "widens, and comes back too early" expects="never clips"
def adjust_brightness(image, delta):
    wide = image.astype(np.int32)
    wide += delta
    return wide.astype(np.uint8).clip(0, 255)


# %% variant "forgets the way back" expects="stays in a wide integer type"
def adjust_brightness(image, delta):
    wide = np.array(image, dtype=np.int64) + delta
    wide[wide < 0] = 0
    wide[wide > 255] = 255
    return wide


# %% variant "the upper end only, with where" expects="saturates at the top only"
def adjust_brightness(image, delta):
    wide = image.astype(int) + delta
    return np.where(wide > 255, 255, wide).astype(np.uint8)


# %% variant "no return" expects="explained"
def adjust_brightness(image, delta):
    result = np.clip(image.astype(np.int16) + delta, 0, 255).astype(np.uint8)


# %% variant "Python's lists" expects="explained"
def adjust_brightness(image, delta):
    return [min(max(value + delta, 0), 255) for value in list(image)]


# %% variant "another parameter's name" expects="explained"
def adjust_brightness(image, amount):
    return np.clip(image.astype(np.int16) + amount, 0, 255).astype(np.uint8)


# %% variant "returns the input where nothing changes" expects="explained"
def adjust_brightness(image, delta):
    if delta == 0:
        return image
    return np.clip(image.astype(np.int16) + delta, 0, 255).astype(np.uint8)


# %% variant "half of it" expects="none"
def adjust_brightness(image, delta):
    return np.clip(image.astype(np.int16) + delta // 2, 0, 255).astype(np.uint8)
