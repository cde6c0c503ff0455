"""A secret orthogonal transform per zone: cosines stay, coordinates mean nothing to whoever lacks the secret.

Depth, not a wall: a few hundred known pairs of text and rotated vector give the transform back. What it stops is running a published inversion model over
a stolen collection.
"""

import numpy as np
from scipy.fft import dct

from memory.embeddings import Vectors

_ROUNDS = 3


class Rotation:
    """Three rounds of random signs, a cosine transform and a permutation: orthogonal, and n log n to apply."""

    def __init__(self, secret: bytes, dimensions: int) -> None:
        """`secret` is 32 bytes of the zone."""
        chance = np.random.Generator(np.random.PCG64(int.from_bytes(secret)))
        self._signs = chance.integers(0, 2, (_ROUNDS, dimensions)).astype(np.float32) * 2 - 1
        self._orders = np.stack([chance.permutation(dimensions) for _ in range(_ROUNDS)])

    def apply(self, vectors: Vectors) -> Vectors:
        """Rotate [n, dimensions]; lengths and angles are kept."""
        turned = vectors
        for signs, order in zip(self._signs, self._orders, strict=True):
            turned = dct(turned * signs, type=2, norm="ortho", axis=1)[:, order]
        return np.ascontiguousarray(turned, dtype=np.float32)
