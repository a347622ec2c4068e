# %% variant "zeros outside" expects="zeros beyond the border"
def sobel_edges(image):
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4
    gx, gy = convolve2d(image, kernel), convolve2d(image, kernel.T)
    return np.sqrt((gx**2 + gy**2) / 2)


# %% variant "the textbook's" expects="not divided by 2"
def sobel_edges(image):
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4
    padded = np.pad(image, 1, mode="edge")
    gx = convolve2d(padded, kernel)[1:-1, 1:-1]
    gy = convolve2d(padded, kernel.T)[1:-1, 1:-1]
    return np.hypot(gx, gy)


# %% variant "whole numbers" expects="kernels not divided by 4"
def sobel_edges(image):
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    padded = np.pad(image, 1, mode="symmetric")
    gx = convolve2d(padded, kernel)[1:-1, 1:-1]
    gy = convolve2d(padded, kernel.T)[1:-1, 1:-1]
    return np.sqrt((gx**2 + gy**2) / 2)


# %% variant "reflect" expects="mirrors without the edge pixel"
def sobel_edges(image):
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4
    padded = np.pad(image, 1, mode="reflect")
    gx = convolve2d(padded, kernel)[1:-1, 1:-1]
    gy = convolve2d(padded, kernel.T)[1:-1, 1:-1]
    return np.sqrt((gx * gx + gy * gy) / 2)


# %% variant "forgets to cut" expects="explained"
def sobel_edges(image):
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4
    padded = np.pad(image, 1, mode="symmetric")
    gx, gy = convolve2d(padded, kernel), convolve2d(padded, kernel.T)
    return np.sqrt((gx**2 + gy**2) / 2)


# %% variant "the same kernel twice" expects="vertical edges only"
def sobel_edges(image):
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4
    padded = np.pad(image, 1, mode="symmetric")
    gx = convolve2d(padded, kernel)[1:-1, 1:-1]
    gy = convolve2d(padded, kernel)[1:-1, 1:-1]
    return np.sqrt((gx**2 + gy**2) / 2)


# %% variant "no root" expects="no square root"
def sobel_edges(image):
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4
    padded = np.pad(image, 1, mode="symmetric")
    gx = convolve2d(padded, kernel)[1:-1, 1:-1]
    gy = convolve2d(padded, kernel.T)[1:-1, 1:-1]
    return 0.5 * (gx**2 + gy**2)
