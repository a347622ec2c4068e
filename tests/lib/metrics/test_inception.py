"""Resizing against Pillow, and the Inception extractor against torchvision's network."""

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from torchvision import models

from retouch.metrics import Inception, clean_resize


def photograph():
    return torch.from_numpy(data.chelsea().copy()).permute(2, 0, 1)[None].float() / 255


@pytest.mark.parametrize("size", [(64, 90), 48, (320, 500)])
def test_resizing_agrees_with_pillow_in_floating_point(size):
    resized = clean_resize(photograph(), size)
    height, width = (size, size) if isinstance(size, int) else size
    for channel in range(3):
        plane = Image.fromarray(photograph()[0, channel].numpy())
        expected = np.asarray(plane.resize((width, height), Image.Resampling.BICUBIC))
        np.testing.assert_allclose(resized[0, channel], expected.clip(0, 1), atol=1e-5)


def test_shrinking_does_not_alias():
    stripes = (torch.arange(96) % 3 == 0).float().expand(1, 1, 96, 96)
    sampled = torch.nn.functional.interpolate(stripes, (32, 32), mode="bicubic")
    assert float((clean_resize(stripes, 32) - 1 / 3).abs().mean()) < 0.02
    assert float((sampled - 1 / 3).abs().mean()) > 0.3


@pytest.fixture(scope="module")
def extractor():
    torch.manual_seed(0)
    return Inception()


def test_probabilities_are_those_of_torchvisions_network(extractor):
    images = torch.rand(2, 3, 40, 50, generator=torch.Generator().manual_seed(0))
    preprocess = models.Inception_V3_Weights.IMAGENET1K_V1.transforms(
        crop_size=299, resize_size=299
    )
    normalized = (
        clean_resize(images, 299) - torch.tensor(preprocess.mean).view(3, 1, 1)
    ) / torch.tensor(preprocess.std).view(3, 1, 1)
    with torch.no_grad():
        expected = extractor.network(normalized).softmax(dim=1)
        logits = extractor.network.fc(extractor(images).features)
    output = extractor(images)
    torch.testing.assert_close(output.probabilities, expected)
    torch.testing.assert_close(logits.softmax(dim=1), expected)
    assert output.features.shape == (2, 2048)
    assert output.first_pooling.shape == (2, 64, 73, 73)
    assert not extractor.network.maxpool1._forward_hooks


def test_pretrained_loads_all_but_the_auxiliary_head(monkeypatch):
    torch.manual_seed(1)
    whole = models.inception_v3(weights=None, aux_logits=True, init_weights=False).state_dict()
    weights = models.Inception_V3_Weights
    monkeypatch.setattr(weights, "get_state_dict", lambda self, **options: whole)
    loaded = Inception.pretrained().network.state_dict()
    assert set(loaded) == {key for key in whole if not key.startswith("AuxLogits")}
    assert all(torch.equal(value, whole[key]) for key, value in loaded.items())


def test_weights_that_cannot_be_downloaded_give_one_line(monkeypatch):
    def offline(self, **options):
        raise OSError("no route to host")

    monkeypatch.setattr(models.Inception_V3_Weights, "get_state_dict", offline)
    with pytest.raises(RuntimeError, match=r"could not download .*Inception_V3_Weights.*go online"):
        Inception.pretrained()


def test_bad_input_is_refused(extractor):
    with pytest.raises(ValueError, match=r"expected N×3×H×W, got .*; repeat a gray channel"):
        extractor(torch.zeros(1, 1, 32, 32))
    with pytest.raises(ValueError, match=r"values in \[0, 1\], got \[-1"):
        extractor(torch.zeros(1, 3, 32, 32) - 1)
    with pytest.raises(ValueError, match=r"size: expected a whole number of at least 1, got 0"):
        clean_resize(photograph(), (0, 5))
