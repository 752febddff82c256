"""A step of training down a loss that is made in parts."""

import torch
from torch import nn

from studio.generators.parts.optim import Optimisation


def test_a_step_down_the_parts_of_a_loss_is_a_step_down_the_whole() -> None:
    torch.manual_seed(0)
    inputs = torch.randn(8, 4)
    weights = []
    for parts in (1, 4):
        torch.manual_seed(1)
        network, averaged = nn.Linear(4, 2), nn.Linear(4, 2)
        optimiser = torch.optim.SGD(network.parameters(), 0.1)
        optimisation = Optimisation(network, averaged, optimiser, warm_up=1, decay_from=1.0, slowest=0.9, clip=10.0)
        optimisation.descend_over((network(each).square().sum() for each in inputs.chunk(parts)), 0.0)
        weights.append(network.weight.detach().clone())
    assert torch.allclose(weights[0], weights[1], atol=1e-6)
