"""Two networks play against each other, one painting and one judging, until what is painted looks like the set it was
taught on: the networks, their training, and ``Gan``, the painter that is kept."""

from ml.gan.model import Gan, fresh
from ml.gan.settings import GanSettings

__all__ = ["Gan", "GanSettings", "fresh"]
