"""The metrics and the watermark, measured against scikit-image, torchmetrics, lpips and SciPy."""

import contextlib
import io
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from retouch import ethics, metrics

Row = dict[str, Any]
SSIM_OPTIONS: dict[str, Any] = {
    "gaussian_weights": True,
    "sigma": 1.5,
    "use_sample_covariance": False,
}
# Every photograph that scikit-image ships; the rest of its gallery would be downloaded.
PHOTOGRAPHS = [
    *("astronaut", "brick", "camera", "cell", "chelsea", "clock", "coffee", "coins", "grass"),
    *("gravel", "hubble_deep_field", "immunohistochemistry", "microaneurysms", "moon", "page"),
    *("retina", "rocket", "text"),
]


def metrics_rows(device: str | torch.device = "cpu", keys: int = 10_000) -> list[Row]:
    """All figures: agreement, speed and the watermark; about five minutes on two cores.

    Args:
        device: where our metrics and torchmetrics run; the other peers know only the CPU.
        keys: how many unrelated keys the watermark's detector is asked about.

    Returns:
        Rows of plain data: "what", "peer", "value" with its "unit", the "goal" for it, and
        whether it was "reached"; where times are compared also "ours" and "theirs" in ms.

    Raises:
        ModuleNotFoundError: a peer (torchmetrics, lpips) is not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peers' notes on deprecations
        return [*agreement_rows(), *speed_rows(device), *watermark_rows(keys)]


def agreement_rows() -> list[Row]:
    """Largest differences from the peers, each held to its goal."""
    rows = [*_pixel_agreement(), _lpips_agreement(), *_frechet_agreement()]
    return [*rows, _inception_agreement(), _path_agreement()]


def speed_rows(device: str | torch.device = "cpu", dimensions: int = 2048) -> list[Row]:
    """Times of the peers over ours, on one set of inputs, in alternation."""
    return [*_image_speed(device), *_frechet_speed(device, dimensions)]


def watermark_rows(keys: int = 10_000, draws: int = 10) -> list[Row]:
    """What the watermark survives on scikit-image's photographs, finds wrongly, and costs.

    Each photograph is marked with `draws` keys, rounded to 8 bits, cropped at random to 90 %
    of each side, rescaled by 0.9 and saved as JPEG of quality 75, all of it in this order.
    """
    found, ratios, alarms, asked = [], [], 0, 0
    photographs = list(_photographs())
    for index, photograph in enumerate(photographs):
        for draw in range(draws):
            key = f"key {index} {draw}"
            marked = _as_picture(ethics.embed_watermark(photograph, key))
            ratios.append(float(metrics.psnr(_as_tensor(marked), photograph)))
            attacked = _as_tensor(_attack(marked, np.random.default_rng([index, draw])))
            found.append(bool(ethics.detect_watermark(attacked, key)))
        strangers = range(index, keys, len(photographs))
        scores = ethics.watermark_scores(_as_tensor(marked), strangers)
        alarms += int((scores > ethics.watermark_threshold(1e-6)).sum())
        asked += len(strangers)
    what = f"{len(found)} images, crop 10 %, rescale 0.9, JPEG 75"
    return [
        _at_least(f"watermark found: {what}", "share", sum(found) / len(found), 0.99),
        _at_most(f"watermark: false alarms, {asked} keys", "", alarms / asked, 1e-3, "share"),
        _at_least("watermark: PSNR, the lowest", "dB", min(ratios), 38.0),
    ]


def _pixel_agreement() -> Iterator[Row]:
    import skimage.metrics
    from torchmetrics.functional.image import structural_similarity_index_measure

    peers: Any = skimage.metrics  # not annotated
    image, target = _images(4, 128, torch.float64)
    arrays = list(zip(image.numpy(), target.numpy(), strict=True))
    options = {"data_range": 1.0, "channel_axis": 0, **SSIM_OPTIONS}
    mse = [peers.mean_squared_error(*a) for a in arrays]
    psnr = [peers.peak_signal_noise_ratio(*a, data_range=1.0) for a in arrays]
    ssim = [peers.structural_similarity(*a, **options) for a in arrays]
    for dtype in (torch.float32, torch.float64):
        x, y = image.to(dtype), target.to(dtype)
        kind = f"relative difference, {str(dtype).removeprefix('torch.')}"
        yield _at_most("MSE", "scikit-image", _relative(metrics.mse(x, y), mse), 1e-6, kind)
        yield _at_most("PSNR", "scikit-image", _relative(metrics.psnr(x, y), psnr), 1e-6, kind)
        kind = kind.removeprefix("relative ")
        ours = metrics.ssim(x, y)
        yield _at_most("SSIM", "scikit-image", _difference(ours, ssim), 1e-5, kind)
        _, full = structural_similarity_index_measure(
            x, y, data_range=1.0, reduction="none", return_full_image=True
        )
        inside = full[..., 5:-5, 5:-5].mean(dim=(1, 2, 3))
        yield _at_most(
            "SSIM inside the border", "torchmetrics", _difference(ours, inside), 1e-5, kind
        )


def _lpips_agreement() -> Row:
    import lpips

    torch.manual_seed(0)
    worst = 0.0
    image, target = _images(2, 64, torch.float32)
    for backbone in ("alex", "vgg"):
        with contextlib.redirect_stdout(io.StringIO()):
            peer = lpips.LPIPS(net=backbone, pnet_rand=True, verbose=False)
        slices = [getattr(peer.net, f"slice{i}") for i in range(1, 6)]
        layers = [layer for part in slices for layer in part]
        ours = metrics.LPIPS(backbone)
        ours.features.load_state_dict(nn.Sequential(*layers).state_dict())
        ours.load_channel_weights()
        theirs = peer(image, target, normalize=True).flatten()
        worst = max(worst, _difference(ours(image, target), theirs.tolist()))
    return _at_most("LPIPS, random AlexNet and VGG-16", "lpips", worst, 1e-5, "difference")


def _frechet_agreement() -> Iterator[Row]:
    from torchmetrics.image.fid import _compute_fid

    for what, n in (("full rank", 400), ("rank-deficient", 40)):
        first, second = (_gaussian(n, 128, seed, "cpu") for seed in (0, 1))
        ours = metrics.frechet_distance(*first, *second)
        error = _relative(ours[None], [float(_compute_fid(*first, *second))])
        yield _at_most(
            f"Fréchet distance, {what}", "torchmetrics", error, 1e-6, "relative difference"
        )


def _inception_agreement() -> Row:
    from torchmetrics.image.inception import InceptionScore

    logits = 3 * torch.randn(500, 10, generator=torch.Generator().manual_seed(0))
    peer = InceptionScore(feature=nn.Identity(), splits=5)
    peer.update(logits)
    torch.manual_seed(0)
    theirs = float(peer.compute()[0])
    torch.manual_seed(0)
    ours = metrics.inception_score(logits[torch.randperm(500)].softmax(dim=1), splits=5)
    error = _difference(ours[None], [theirs])
    return _at_most("Inception Score", "torchmetrics", error, 1e-4, "difference")


def _path_agreement() -> Row:
    generator = torch.Generator().manual_seed(0)
    start, end = torch.randn(2, 50, 16, generator=generator, dtype=torch.float64)
    matrix = torch.randn(16, 40, generator=generator, dtype=torch.float64)
    position = torch.rand(50, generator=generator, dtype=torch.float64)
    angle = torch.acos(torch.nn.functional.cosine_similarity(start, end))
    weights = [-torch.cos((1 - position) * angle), torch.cos(position * angle)]
    first, second = (angle / torch.sin(angle) * weight for weight in weights)
    closed = ((first[:, None] * start + second[:, None] * end) @ matrix).square().sum(dim=1)
    ours = metrics.path_length(
        lambda z: z @ matrix, lambda x, y: (x - y).square().sum(dim=1), start, end, position, 1e-6
    )
    error = _relative(ours, closed.tolist())
    return _at_most(
        "path length, linear generator", "closed form", error, 1e-4, "relative difference"
    )


def _image_speed(device: str | torch.device) -> Iterator[Row]:
    from skimage import metrics as slow
    from torchmetrics.functional import image as fast

    pair = tuple(x.to(device) for x in _images(16, 256, torch.float32))
    arrays = list(zip(*(x.cpu().numpy() for x in pair), strict=True))
    each: dict[str, Any] = {"data_range": 1.0, "reduction": "none"}
    options: dict[str, Any] = {"data_range": 1.0, "channel_axis": 0, **SSIM_OPTIONS}
    psnr = (
        partial(fast.peak_signal_noise_ratio, dim=(1, 2, 3), **each),
        partial(slow.peak_signal_noise_ratio, data_range=1.0),
    )
    ssim = (
        partial(fast.structural_similarity_index_measure, **each),
        partial(slow.structural_similarity, **options),
    )
    calls: dict[str, tuple[Callable[..., Any], ...]] = {
        "PSNR": (metrics.psnr, *psnr),
        # However it is computed, every value is read once: PSNR can be no faster than this.
        "PSNR, only reading the values": (_product, *psnr),
        "SSIM": (metrics.ssim, *ssim),
    }
    for name, (ours, batched, single) in calls.items():
        what, ours = f"{name}, 16 RGB images of 256 px", partial(ours, *pair)
        peers = {
            "torchmetrics": (partial(batched, *pair), 2.0),
            "scikit-image": (partial(_on_each, single, arrays), 10.0),
        }
        for peer, (theirs, goal) in peers.items():
            ratio, times = _compare(ours, theirs, runs=15)
            yield _at_least(what, "times as fast", ratio, goal, peer) | times


def _frechet_speed(device: str | torch.device, dimensions: int) -> Iterator[Row]:
    from scipy.linalg import sqrtm
    from torchmetrics.image.fid import _compute_fid

    gaussians = [_gaussian(3 * dimensions, dimensions, seed, device) for seed in (0, 1)]
    values = [*gaussians[0], *gaussians[1]]
    product = (values[1] @ values[3]).cpu().numpy()
    peers = {
        "torchmetrics": (partial(_compute_fid, *values), 3),
        "SciPy's sqrtm": (partial(sqrtm, product), 1),
    }
    for peer, (theirs, runs) in peers.items():
        ratio, times = _compare(partial(metrics.frechet_distance, *values), theirs, runs)
        what = f"Fréchet distance, {dimensions} features"
        yield _at_least(what, "times as fast", ratio, 2.0, peer) | times


def _product(image: Tensor, target: Tensor) -> Tensor:
    return torch.dot(image.flatten(), target.flatten())


def _on_each(function: Callable[..., Any], arrays: list[tuple[np.ndarray, ...]]) -> list[Any]:
    return [function(*pair) for pair in arrays]


def _images(n: int, side: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Random crops of photographs, and the same with noise."""
    generator = torch.Generator().manual_seed(0)
    wide = [p for p in _photographs() if min(p.shape[2:]) >= side]
    crops = []
    for index in range(n):
        photograph = wide[index % len(wide)]
        room = [extent - side + 1 for extent in photograph.shape[2:]]
        top, left = (int(torch.randint(0, r, (), generator=generator)) for r in room)
        crops.append(photograph[0, :, top : top + side, left : left + side])
    image = torch.stack(crops).double()
    noise = 0.05 * torch.randn(image.shape, generator=generator, dtype=torch.float64)
    return image.to(dtype), (image + noise).clamp(0, 1).to(dtype)


def _gaussian(n: int, d: int, seed: int, device: str | torch.device) -> tuple[Tensor, Tensor]:
    """Statistics of features whose variances fall off, as a network's do."""
    generator = torch.Generator().manual_seed(seed)
    scale = torch.logspace(0, -1.5, d, dtype=torch.float64)
    features = torch.randn(n, d, generator=generator, dtype=torch.float64) * scale
    rotation = torch.linalg.qr(torch.randn(d, d, generator=generator, dtype=torch.float64))[0]
    mean, covariance = metrics.feature_statistics(features @ rotation + 0.1 * seed)
    return mean.to(device), covariance.to(device)


def _photographs() -> Iterator[Tensor]:
    """scikit-image's photographs, 1×3×H×W in [0, 1]."""
    import skimage.data

    data: Any = skimage.data  # not annotated
    arrays = [getattr(data, name)() for name in PHOTOGRAPHS]
    for array in [*arrays, data.stereo_motorcycle()[0]]:
        colour = np.repeat(array[..., None], 3, axis=2) if array.ndim == 2 else array[..., :3]
        scale = 255 if colour.dtype == np.uint8 else 1
        yield torch.from_numpy(np.array(colour)).permute(2, 0, 1)[None].float() / scale


def _as_picture(image: Tensor) -> Image.Image:
    return Image.fromarray((image[0].permute(1, 2, 0) * 255).round().byte().numpy())


def _as_tensor(picture: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 255


def _attack(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    width, height = int(0.9 * picture.width), int(0.9 * picture.height)
    left = int(rng.integers(0, picture.width - width + 1))
    top = int(rng.integers(0, picture.height - height + 1))
    cropped = picture.crop((left, top, left + width, top + height))
    size = round(0.9 * width), round(0.9 * height)
    stream = io.BytesIO()
    cropped.resize(size, Image.Resampling.BICUBIC).save(stream, "JPEG", quality=75)
    return Image.open(stream).convert("RGB")


def _difference(ours: Tensor, theirs: Any) -> float:
    return float((ours.double() - torch.as_tensor(theirs, dtype=torch.float64)).abs().max())


def _relative(ours: Tensor, theirs: Any) -> float:
    peer = torch.as_tensor(theirs, dtype=torch.float64)
    return float(((ours.double() - peer) / peer).abs().max())


def _at_most(what: str, peer: str, value: float, goal: float, unit: str) -> Row:
    return {
        "what": what,
        "peer": peer,
        "value": value,
        "unit": unit,
        "goal": goal,
        "reached": value <= goal,
    }


def _at_least(what: str, unit: str, value: float, goal: float, peer: str = "") -> Row:
    return _at_most(what, peer, value, goal, unit) | {"reached": value >= goal}


def _compare(
    ours: Callable[[], Any], theirs: Callable[[], Any], runs: int
) -> tuple[float, dict[str, float | int]]:
    """Time of theirs over ours, and both in milliseconds: the least disturbed of the runs."""
    times: tuple[list[float], list[float]] = ([], [])
    ours()
    if runs > 1:
        theirs()
    for _ in range(runs):
        for function, spent in zip((ours, theirs), times, strict=True):
            start = time.perf_counter()
            function()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            spent.append(1e3 * (time.perf_counter() - start))
    mine, peers = (min(spent) for spent in times)
    return peers / mine, {"ours": mine, "theirs": peers, "threads": torch.get_num_threads()}
