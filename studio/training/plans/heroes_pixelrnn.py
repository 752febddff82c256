"""Heroes by a row LSTM, one pixel after another."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="heroes-pixelrnn",
    title="Heroes (PixelRNN)",
    family="pixelrnn",
    data="heroes32",
    minutes=30,
    batch_size=32,
    makes="32×32 pixel-art heroes",
    **TILES,
    config=lambda data: {
        "size": 32,
        "colours": 255,
        "width": 48,
        "layers": 4,
        "temperature": 0.5,  # of five pairs the one nearest to some of the training pictures
        "top_p": 0.8,
        "attributes": data.conditions,
    },
    judge="judge-heroes",
    notes=("A study: the older way of painting pixel by pixel, to be compared with PixelCNN.",),
)
