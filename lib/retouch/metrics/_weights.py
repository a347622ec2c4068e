"""ImageNet weights from torchvision, with one clear line when they cannot be had."""

from urllib.error import URLError

from torch import Tensor


def torchvision_state(enumeration: str, member: str) -> dict[str, Tensor]:
    """The state of a torchvision model: from its cache, or downloaded once.

    Raises:
        RuntimeError: it is not in the cache and cannot be downloaded.
    """
    from torchvision import models

    weights = getattr(models, enumeration)[member]
    try:
        return dict(weights.get_state_dict(progress=False, check_hash=True))
    except (URLError, OSError) as error:
        raise RuntimeError(
            f"could not download the weights {enumeration}.{member} ({error}): go online "
            f"once, or save {weights.url.rsplit('/', 1)[-1]} under torch.hub.get_dir()/checkpoints"
        ) from error
