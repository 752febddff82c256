"""Which models stay in memory."""

from studio.engine.memory import ModelCache


class Weighing:
    """A model of so many bytes."""

    def __init__(self, weight: int) -> None:
        self.weight = weight

    def memory(self) -> int:
        return self.weight


def used(cache: ModelCache, *names: str) -> None:
    for name in names:
        cache.get(name, name)


def test_the_model_unused_longest_goes_first_and_the_newest_stays() -> None:
    cache = ModelCache(lambda name: Weighing(1), budget=3)
    used(cache, "a", "b", "c", "a", "d")
    assert cache.names() == ("c", "a", "d")
    used(cache, "e", "c")
    assert cache.names() == ("d", "e", "c")


def test_a_large_model_sends_as_many_away_as_it_takes() -> None:
    cache = ModelCache(lambda name: Weighing(3 if name == "large" else 1), budget=4)
    used(cache, "a", "b", "c", "large")
    assert cache.names() == ("c", "large")


def test_a_model_larger_than_the_budget_is_held_alone() -> None:
    cache = ModelCache(lambda name: Weighing(9), budget=4)
    used(cache, "a", "b")
    assert cache.names() == ("b",)
