"""Muon: matrices move by orthogonal steps, everything else by AdamW, and a training goes on where it stopped."""

import pytest
import torch
from torch import nn

from studio.generators.parts import state
from studio.generators.parts.muon import Muon, orthogonal


@pytest.mark.parametrize("shape", [(32, 32), (64, 16), (16, 64)])
def test_a_step_has_singular_values_near_one(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0)) * torch.linspace(0.2, 5, shape[1])
    values = torch.linalg.svdvals(orthogonal(matrix))
    assert values.min() > 0.6 and values.max() < 1.3


def _problem() -> tuple[nn.Sequential, torch.Tensor, torch.Tensor, Muon]:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 4))
    inputs, answers = torch.randn(64, 8), torch.randn(64, 4)
    matrices = [p for p in network.parameters() if p.dim() == 2]
    return network, inputs, answers, Muon(matrices, [p for p in network.parameters() if p.dim() < 2], 0.02)


def _step(problem: tuple[nn.Sequential, torch.Tensor, torch.Tensor, Muon]) -> float:
    network, inputs, answers, optimiser = problem
    loss = (network(inputs) - answers).square().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


def test_it_goes_down() -> None:
    problem = _problem()
    losses = [_step(problem) for _ in range(100)]
    assert losses[-1] < losses[0] / 2


def test_it_goes_on_from_its_state() -> None:
    first, second = _problem(), _problem()
    for _ in range(5):
        _step(first)
    state.scatter({"network": second[0], "optimiser": second[3]}, state.gather({"network": first[0], "optimiser": first[3]}))
    assert [_step(first) for _ in range(3)] == [_step(second) for _ in range(3)]
