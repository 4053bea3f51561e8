"""What holds for every test."""

from hypothesis import settings

settings.register_profile("miniatures", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("miniatures")
