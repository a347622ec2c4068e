import pytest
import torch

from retouch.data.toys import ring_centers, spiral
from retouch.models.gan import modes_covered
from retouch.recipes.toy import ToyGAN, train_toy


@pytest.mark.parametrize("loss", ["gan", "wgan_gp"])
def test_toy_repeats_and_keeps_frames_to_the_end(loss):
    settings = ToyGAN(loss=loss, steps=7, batch_size=16, width=8)
    runs = [train_toy(settings, spiral, frames=3, progress=False) for _ in range(2)]
    assert [step for step, _ in runs[0].frames] == [3, 5, 7]
    assert runs[0].frames[0][1].shape == (512, 2)
    for (_, first), (_, second) in zip(runs[0].frames, runs[1].frames, strict=True):
        assert torch.equal(first, second)


def test_unknown_loss_is_refused():
    with pytest.raises(ValueError, match=r"expected a loss among \('gan', 'wgan_gp'\), got 'wgan'"):
        ToyGAN(loss="wgan")


def covered(settings):
    run = train_toy(settings, progress=False)
    noise = torch.randn(2000, settings.latent_dim, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        return modes_covered(run.generator(noise), ring_centers(), radius=0.25, min_count=20)


def test_modes_collapse_and_the_penalised_critic_covers_them():
    assert covered(ToyGAN(loss="gan", steps=1000)) <= 2
    assert covered(ToyGAN(loss="wgan_gp", steps=300)) == 8
