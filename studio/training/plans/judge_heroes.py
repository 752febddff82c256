"""The judge of the heroes: reads eleven attributes."""

from studio.training.plans.plan import Plan

PLAN = Plan(
    name="judge-heroes",
    title="Judge of heroes",
    family="judge",
    data="heroes32",
    minutes=8,
    batch_size=128,
    makes="readings of eleven attributes, and the features that distances are measured in",
    credit="Trained on composites of Dungeon Crawl Stone Soup tiles (CC0)",
    licence="CC0-1.0",
    config=lambda data: {
        "names": list(data.attribute_names),
        "answers": [len(data.values[name]) for name in data.attribute_names],
        "size": 32,
        "features": 64,
    },
)
