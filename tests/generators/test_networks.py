"""The networks' sums, against the papers' own way of writing them."""

import numpy as np
import torch
import torch.nn.functional as F

from studio.generators.batches import Batch
from studio.generators.parts.noise import item_generator
from studio.generators.parts.palette import Palette
from studio.generators.stylegan import StyleGanConfig
from studio.generators.stylegan.networks import Discriminator, ModulatedConv
from studio.generators.stylegan.training import StyleGanTrainer
from studio.generators.vae import VaeConfig
from studio.generators.vae.networks import Vae, kl_to_standard_normal
from studio.generators.vae.training import VaeTrainer

CPU = torch.device("cpu")


def test_modulating_activations_is_modulating_weights() -> None:
    torch.manual_seed(0)
    layer = ModulatedConv(5, 7, 4)
    x, w = torch.randn(2, 5, 6, 6), torch.randn(2, 4)
    style = layer.style(w)
    for n in range(2):
        weight = layer.weight * layer.scale * style[n][None, :, None, None]
        weight = weight * torch.rsqrt(weight.square().sum((1, 2, 3), keepdim=True) + 1e-8)
        expected = F.conv2d(x[n : n + 1], weight, padding=1)
        assert torch.allclose(layer(x, w)[n : n + 1], expected, atol=1e-4)


def test_the_divergence_is_torchs_own() -> None:
    mean, log_variance = torch.randn(3, 5), torch.randn(3, 5)
    normal = torch.distributions.Normal(mean, (log_variance / 2).exp())
    expected = torch.distributions.kl_divergence(normal, torch.distributions.Normal(0.0, 1.0)).sum(1)
    assert torch.allclose(kl_to_standard_normal(mean, log_variance), expected, atol=1e-5)


def test_an_items_noise_depends_on_seed_and_index_alone() -> None:
    first = torch.randn(4, generator=item_generator(7, 3))
    torch.randn(100)
    assert torch.equal(first, torch.randn(4, generator=item_generator(7, 3)))
    assert not torch.equal(first, torch.randn(4, generator=item_generator(7, 4)))
    assert not torch.equal(first, torch.randn(4, generator=item_generator(73, 0)))


def test_a_palette_gives_its_own_colours_back() -> None:
    palette = Palette(np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0], [10, 20, 30]], np.uint8))
    pixels = palette.rgba()[np.array([[[0, 1, 2], [3, 4, 0]]])]
    assert (palette.index(pixels) == [[[0, 1, 2], [3, 4, 0]]]).all()


def _batch() -> Batch:
    chance = np.random.default_rng(0)
    return Batch(chance.integers(0, 255, (8, 16, 16, 4), dtype=np.uint8), np.zeros((8, 0), np.int64))


def test_a_vae_learns_a_batch_by_heart() -> None:
    batch = _batch()
    palette = Palette(np.random.default_rng(1).integers(0, 255, (15, 3), dtype=np.uint8))
    trainer = VaeTrainer(VaeConfig(size=16, latent=8, colours=15), palette, CPU)
    losses = [trainer.step(batch, 0.0)["painting"] for _ in range(12)]
    assert losses[-1] < 0.95 * losses[0]


def test_training_goes_on_from_its_state_exactly() -> None:
    config = StyleGanConfig(size=16, latent=16, widths=(16, 16, 8))
    first = StyleGanTrainer(config, CPU)
    for _ in range(3):
        first.step(_batch(), 0.0)
    second = StyleGanTrainer(config, CPU)
    second.restore({key: value.clone() for key, value in first.state().items()})
    torch.manual_seed(5)
    a = first.step(_batch(), 0.1)
    torch.manual_seed(5)
    b = second.step(_batch(), 0.1)
    assert a == b


def test_the_critic_sees_groups_that_do_not_vary() -> None:
    torch.manual_seed(0)
    critic = Discriminator(StyleGanConfig(size=16, latent=16, widths=(16, 16, 8)))
    alike = torch.randn(1, 4, 16, 16).expand(4, -1, -1, -1)
    varied = torch.cat([alike[:1], torch.randn(3, 4, 16, 16)])
    assert not torch.allclose(critic(alike)[0], critic(varied)[0])


def test_vae_networks_have_the_shapes_they_say() -> None:
    network = Vae(VaeConfig(size=16, latent=8, colours=15))
    mean, log_variance = network.encoder(torch.zeros(2, 4, 16, 16))
    assert mean.shape == log_variance.shape == (2, 8)
    assert network.decoder(mean).shape == (2, 16, 16, 16)
