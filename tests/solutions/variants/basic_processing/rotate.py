# %% variant "the other way" expects="clockwise"
def rotate(image, degrees):
    h, w = image.shape[:2]
    t = -np.deg2rad(degrees)
    cy, cx = (h - 1) / 2, (w - 1) / 2
    ys, xs = np.mgrid[:h, :w]
    dy, dx = ys - cy, xs - cx
    sy = cy + np.sin(t) * dx + np.cos(t) * dy
    sx = cx + np.cos(t) * dx - np.sin(t) * dy
    padded = np.pad(image, [(1, 1), (1, 1)] + [(0, 0)] * (image.ndim - 2))
    sy, sx = np.clip(sy, -1, h) + 1, np.clip(sx, -1, w) + 1
    y0, x0 = np.floor(sy).astype(int), np.floor(sx).astype(int)
    y1, x1 = np.minimum(y0 + 1, h + 1), np.minimum(x0 + 1, w + 1)
    fy, fx = sy - y0, sx - x0
    if image.ndim == 3:
        fy, fx = fy[..., None], fx[..., None]
    top = (1 - fx) * padded[y0, x0] + fx * padded[y0, x1]
    bottom = (1 - fx) * padded[y1, x0] + fx * padded[y1, x1]
    return (1 - fy) * top + fy * bottom


# %% variant "no radians" expects="takes degrees for radians"
def rotate(image, degrees):
    h, w = image.shape[:2]
    t = degrees
    cy, cx = (h - 1) / 2, (w - 1) / 2
    ys, xs = np.mgrid[:h, :w]
    dy, dx = ys - cy, xs - cx
    sy = cy + np.sin(t) * dx + np.cos(t) * dy
    sx = cx + np.cos(t) * dx - np.sin(t) * dy
    padded = np.pad(image, [(1, 1), (1, 1)] + [(0, 0)] * (image.ndim - 2))
    sy, sx = np.clip(sy, -1, h) + 1, np.clip(sx, -1, w) + 1
    y0, x0 = np.floor(sy).astype(int), np.floor(sx).astype(int)
    y1, x1 = np.minimum(y0 + 1, h + 1), np.minimum(x0 + 1, w + 1)
    fy, fx = sy - y0, sx - x0
    if image.ndim == 3:
        fy, fx = fy[..., None], fx[..., None]
    top = (1 - fx) * padded[y0, x0] + fx * padded[y0, x1]
    bottom = (1 - fx) * padded[y1, x0] + fx * padded[y1, x1]
    return (1 - fy) * top + fy * bottom


# %% variant "half the size" expects="centre half a pixel off"
def rotate(image, degrees):
    h, w = image.shape[:2]
    t = np.deg2rad(degrees)
    cy, cx = h / 2, w / 2
    ys, xs = np.mgrid[:h, :w]
    dy, dx = ys - cy, xs - cx
    sy = cy + np.sin(t) * dx + np.cos(t) * dy
    sx = cx + np.cos(t) * dx - np.sin(t) * dy
    padded = np.pad(image, [(1, 1), (1, 1)] + [(0, 0)] * (image.ndim - 2))
    sy, sx = np.clip(sy, -1, h) + 1, np.clip(sx, -1, w) + 1
    y0, x0 = np.floor(sy).astype(int), np.floor(sx).astype(int)
    y1, x1 = np.minimum(y0 + 1, h + 1), np.minimum(x0 + 1, w + 1)
    fy, fx = sy - y0, sx - x0
    if image.ndim == 3:
        fy, fx = fy[..., None], fx[..., None]
    top = (1 - fx) * padded[y0, x0] + fx * padded[y0, x1]
    bottom = (1 - fx) * padded[y1, x0] + fx * padded[y1, x1]
    return (1 - fy) * top + fy * bottom


# %% variant "whole pixels of the centre" expects="centre rounded to a pixel"
def rotate(image, degrees):
    h, w = image.shape[:2]
    t = np.deg2rad(degrees)
    cy, cx = h // 2, w // 2
    ys, xs = np.mgrid[:h, :w]
    dy, dx = ys - cy, xs - cx
    sy = cy + np.sin(t) * dx + np.cos(t) * dy
    sx = cx + np.cos(t) * dx - np.sin(t) * dy
    padded = np.pad(image, [(1, 1), (1, 1)] + [(0, 0)] * (image.ndim - 2))
    sy, sx = np.clip(sy, -1, h) + 1, np.clip(sx, -1, w) + 1
    y0, x0 = np.floor(sy).astype(int), np.floor(sx).astype(int)
    y1, x1 = np.minimum(y0 + 1, h + 1), np.minimum(x0 + 1, w + 1)
    fy, fx = sy - y0, sx - x0
    if image.ndim == 3:
        fy, fx = fy[..., None], fx[..., None]
    top = (1 - fx) * padded[y0, x0] + fx * padded[y0, x1]
    bottom = (1 - fx) * padded[y1, x0] + fx * padded[y1, x1]
    return (1 - fy) * top + fy * bottom


# %% variant "fractions swapped" expects="none"
def rotate(image, degrees):
    h, w = image.shape[:2]
    t = np.deg2rad(degrees)
    cy, cx = (h - 1) / 2, (w - 1) / 2
    ys, xs = np.mgrid[:h, :w]
    dy, dx = ys - cy, xs - cx
    sy = cy + np.sin(t) * dx + np.cos(t) * dy
    sx = cx + np.cos(t) * dx - np.sin(t) * dy
    padded = np.pad(image, [(1, 1), (1, 1)] + [(0, 0)] * (image.ndim - 2))
    sy, sx = np.clip(sy, -1, h) + 1, np.clip(sx, -1, w) + 1
    y0, x0 = np.floor(sy).astype(int), np.floor(sx).astype(int)
    y1, x1 = np.minimum(y0 + 1, h + 1), np.minimum(x0 + 1, w + 1)
    fy, fx = 1 - (sy - y0), 1 - (sx - x0)
    if image.ndim == 3:
        fy, fx = fy[..., None], fx[..., None]
    top = (1 - fx) * padded[y0, x0] + fx * padded[y0, x1]
    bottom = (1 - fx) * padded[y1, x0] + fx * padded[y1, x1]
    return (1 - fy) * top + fy * bottom


# %% variant "about the corner" expects="turns about the corner"
def rotate(image, degrees):
    h, w = image.shape[:2]
    t = np.deg2rad(degrees)
    cy, cx = 0, 0
    ys, xs = np.mgrid[:h, :w]
    dy, dx = ys - cy, xs - cx
    sy = cy + np.sin(t) * dx + np.cos(t) * dy
    sx = cx + np.cos(t) * dx - np.sin(t) * dy
    padded = np.pad(image, [(1, 1), (1, 1)] + [(0, 0)] * (image.ndim - 2))
    sy, sx = np.clip(sy, -1, h) + 1, np.clip(sx, -1, w) + 1
    y0, x0 = np.floor(sy).astype(int), np.floor(sx).astype(int)
    y1, x1 = np.minimum(y0 + 1, h + 1), np.minimum(x0 + 1, w + 1)
    fy, fx = sy - y0, sx - x0
    if image.ndim == 3:
        fy, fx = fy[..., None], fx[..., None]
    top = (1 - fx) * padded[y0, x0] + fx * padded[y0, x1]
    bottom = (1 - fx) * padded[y1, x0] + fx * padded[y1, x1]
    return (1 - fy) * top + fy * bottom


# %% variant "width before height" expects="height and width of the centre swapped"
def rotate(image, degrees):
    h, w = image.shape[:2]
    t = np.deg2rad(degrees)
    cy, cx = (w - 1) / 2, (h - 1) / 2
    ys, xs = np.mgrid[:h, :w]
    dy, dx = ys - cy, xs - cx
    sy = cy + np.sin(t) * dx + np.cos(t) * dy
    sx = cx + np.cos(t) * dx - np.sin(t) * dy
    padded = np.pad(image, [(1, 1), (1, 1)] + [(0, 0)] * (image.ndim - 2))
    sy, sx = np.clip(sy, -1, h) + 1, np.clip(sx, -1, w) + 1
    y0, x0 = np.floor(sy).astype(int), np.floor(sx).astype(int)
    y1, x1 = np.minimum(y0 + 1, h + 1), np.minimum(x0 + 1, w + 1)
    fy, fx = sy - y0, sx - x0
    if image.ndim == 3:
        fy, fx = fy[..., None], fx[..., None]
    top = (1 - fx) * padded[y0, x0] + fx * padded[y0, x1]
    bottom = (1 - fx) * padded[y1, x0] + fx * padded[y1, x1]
    return (1 - fy) * top + fy * bottom


# %% variant "floor only" expects="none"
def rotate(image, degrees):
    h, w = image.shape[:2]
    t = np.deg2rad(degrees)
    cy, cx = (h - 1) / 2, (w - 1) / 2
    ys, xs = np.mgrid[:h, :w]
    dy, dx = ys - cy, xs - cx
    sy = cy + np.sin(t) * dx + np.cos(t) * dy
    sx = cx + np.cos(t) * dx - np.sin(t) * dy
    padded = np.pad(image, [(1, 1), (1, 1)] + [(0, 0)] * (image.ndim - 2))
    sy, sx = np.clip(sy, -1, h) + 1, np.clip(sx, -1, w) + 1
    y0, x0 = np.floor(sy).astype(int), np.floor(sx).astype(int)
    return padded[y0, x0]


# %% variant "clips the indices, no mask" expects="repeats the border pixels"
def rotate(image, degrees):
    h, w = image.shape[:2]
    t = np.deg2rad(degrees)
    cy, cx = (h - 1) / 2, (w - 1) / 2
    ys, xs = np.mgrid[:h, :w]
    dy, dx = ys - cy, xs - cx
    sy = cy + np.sin(t) * dx + np.cos(t) * dy
    sx = cx + np.cos(t) * dx - np.sin(t) * dy
    y0, x0 = np.floor(sy).astype(int), np.floor(sx).astype(int)
    fy, fx = sy - y0, sx - x0
    if image.ndim == 3:
        fy, fx = fy[..., None], fx[..., None]
    ya, yb = np.clip(y0, 0, h - 1), np.clip(y0 + 1, 0, h - 1)
    xa, xb = np.clip(x0, 0, w - 1), np.clip(x0 + 1, 0, w - 1)
    top = (1 - fx) * image[ya, xa] + fx * image[ya, xb]
    bottom = (1 - fx) * image[yb, xa] + fx * image[yb, xb]
    return (1 - fy) * top + fy * bottom


# %% variant "a modulo against the IndexError" expects="wraps around"
def rotate(image, degrees):
    h, w = image.shape[:2]
    t = np.deg2rad(degrees)
    cy, cx = (h - 1) / 2, (w - 1) / 2
    ys, xs = np.mgrid[:h, :w]
    dy, dx = ys - cy, xs - cx
    sy = cy + np.sin(t) * dx + np.cos(t) * dy
    sx = cx + np.cos(t) * dx - np.sin(t) * dy
    y0, x0 = np.floor(sy).astype(int), np.floor(sx).astype(int)
    fy, fx = sy - y0, sx - x0
    if image.ndim == 3:
        fy, fx = fy[..., None], fx[..., None]
    ya, yb = y0 % h, (y0 + 1) % h
    xa, xb = x0 % w, (x0 + 1) % w
    top = (1 - fx) * image[ya, xa] + fx * image[ya, xb]
    bottom = (1 - fx) * image[yb, xa] + fx * image[yb, xb]
    return (1 - fy) * top + fy * bottom
