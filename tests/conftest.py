"""What holds for every test."""

import miniatures_book  # noqa: F401  (first: what it says of slow imports holds for tests too)
from hypothesis import settings

settings.register_profile("miniatures", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("miniatures")
