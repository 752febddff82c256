"""How near generated pictures are to real ones. Plain numpy; every function says its paper and its units."""

from __future__ import annotations

import numpy as np

from studio.media.picture.model import straight_bytes

COMPONENTS = 48


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Fréchet distance of two Gaussians fitted to (n, d) features (Dowson & Landau 1982; Heusel et al. 2017)."""
    mean_a, mean_b = a.mean(0), b.mean(0)
    cov_a, cov_b = np.cov(a.T), np.cov(b.T)
    root_a = _root(cov_a)
    cross = np.linalg.eigvalsh(root_a @ cov_b @ root_a)
    distance = ((mean_a - mean_b) ** 2).sum() + np.trace(cov_a) + np.trace(cov_b) - 2 * np.sqrt(np.clip(cross, 0, None)).sum()
    return float(distance)


def _root(covariance: np.ndarray) -> np.ndarray:
    """The symmetric square root of a positive semi-definite matrix."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T


def density_and_coverage(real: np.ndarray, made: np.ndarray, neighbours: int = 5) -> tuple[float, float]:
    """Naeem et al. 2020 (arXiv:2002.09797): both near 1 is good; low coverage means that kinds are missing."""
    between_real = _distances(real, real)
    np.fill_diagonal(between_real, np.inf)
    radius = np.sort(between_real, axis=1)[:, neighbours - 1]
    inside = _distances(made, real) < radius[None, :]
    return float(inside.sum() / (neighbours * len(made))), float(inside.any(0).mean())


def _distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2 * a @ b.T
    return np.sqrt(np.clip(squares, 0, None))


def premultiplied(pictures: np.ndarray) -> np.ndarray:
    """(n, h, w, 4) uint8 → (n, h·w·4) float64 in [0, 1], colours multiplied by alpha."""
    unit = pictures.astype(np.float64) / 255
    unit[..., :3] *= unit[..., 3:]
    return unit.reshape(len(unit), -1)


class PlainCheck:
    """Fréchet distance in 48 principal components of premultiplied pixels, over the limit (train against test) at the same n."""

    def __init__(self, train: np.ndarray, test: np.ndarray) -> None:
        self._train = train[np.random.default_rng(0).permutation(len(train))]
        base = premultiplied(self._train[:4000])
        self._mean = base.mean(0)
        self._vectors = np.linalg.svd(base[:2000] - self._mean, full_matrices=False)[2][:COMPONENTS]
        self._test = self.project(test)

    def project(self, pictures: np.ndarray) -> np.ndarray:
        return (premultiplied(pictures) - self._mean) @ self._vectors.T

    def over_limit(self, made: np.ndarray) -> float:
        n = len(made)
        limit = np.mean([frechet(self.project(self._train[rows]), self._test) for rows in self._draws(n)])
        return float(frechet(self.project(made), self._test) / limit)

    def _draws(self, n: int) -> list[np.ndarray]:
        """Rows of five draws of n pictures of train, apart from each other where there are enough."""
        if 5 * n <= len(self._train):
            return [np.arange(i * n, (i + 1) * n) for i in range(5)]
        return [np.random.default_rng(i).permutation(len(self._train))[:n] for i in range(5)]

    def gaussian(self, n: int, seed: int = 0) -> np.ndarray:
        """(n, h, w, 4) uint8 drawn from a Gaussian fitted to train's components: what a study model must beat three times over."""
        points = self.project(self._train[:4000])
        drawn = np.random.default_rng(seed).multivariate_normal(points.mean(0), np.cov(points.T), n)
        premultiplied_unit = (drawn @ self._vectors + self._mean).reshape(n, *self._train.shape[1:])
        return straight_bytes(premultiplied_unit * 2 - 1)


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's, in [-1, 1]: whether two figures put the same things in the same order."""
    from scipy.stats import spearmanr

    return float(spearmanr(a, b).statistic)


def crisp_alpha(pictures: np.ndarray) -> float:
    """Share of alpha values within 8 of 0 or 255."""
    alpha = pictures[..., 3]
    return float(((alpha <= 8) | (alpha >= 247)).mean())


def median_colours(pictures: np.ndarray) -> float:
    """Median count of different opaque colours a picture."""
    packed = np.ascontiguousarray(pictures).view(np.uint32)[..., 0].reshape(len(pictures), -1)
    return float(np.median([len(np.unique(row)) for row in packed]))


def without_near_duplicates(indices: np.ndarray, share: float = 0.01) -> np.ndarray:
    """(n, h, w) palette indices without those that differ from an earlier one in at most `share` of their pixels."""
    flat = indices.reshape(len(indices), -1).astype(np.uint8)
    allowed = int(share * flat.shape[1])
    # Pictures that differ in so many pixels differ by no more in how often a colour occurs: so only pictures near in that are compared.
    occurs = _most_telling_colour(flat)
    order = np.argsort(occurs, kind="stable")
    flat, occurs = flat[order], occurs[order]
    kept = np.ones(len(flat), bool)
    for number in range(1, len(flat)):
        first = int(np.searchsorted(occurs, occurs[number] - allowed))
        near = np.flatnonzero(kept[first:number]) + first
        if len(near) and ((flat[near] != flat[number]).sum(1) <= allowed).any():
            kept[number] = False
    return flat[kept].reshape(-1, *indices.shape[1:])


def _most_telling_colour(flat: np.ndarray) -> np.ndarray:
    """(n, pixels) uint8 → (n,) how often that colour occurs, or clear pixels do, in which the pictures differ most."""
    counts = np.stack([np.bincount(row, minlength=256) for row in flat])
    return np.asarray(counts[:, counts.std(0).argmax()])


def share_copied(made: np.ndarray, train: np.ndarray, share: float = 0.02) -> float:
    """Share of `made` (n, h, w palette indices) that differ from some picture of `train` in at most `share` of the pixels."""
    flat_made, flat_train = (each.reshape(len(each), -1).astype(np.uint8) for each in (made, train))
    allowed = share * flat_made.shape[1]
    return float(np.mean([((flat_train != row).sum(1) <= allowed).any() for row in flat_made]))
