"""Bad arguments are told by name: every public function of `miniatures`, called as its examples call it with one argument made bad."""

import importlib
import os
import pkgutil
from unittest import mock

import arguments
import miniatures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

MODULES = sorted(one.name for one in pkgutil.walk_packages(miniatures.__path__, "miniatures."))


@pytest.mark.parametrize("name", MODULES)
def test_bad_arguments_are_told_by_name_and_at_once(name):
    """NaN, infinities, negative, huge and empty values and wrong shapes, each at a drawn place."""
    module = importlib.import_module(name)
    with mock.patch.dict(os.environ):  # live.py's functions say there which page runs
        _check(module)


def _check(module):
    calls = arguments.recorded(module)
    unseen = sorted(arguments.public(module).keys() - calls.keys())
    assert unseen == [], "give each a doctest, or a case in tests/smoke.py: bad arguments are made from a good call"

    @settings(max_examples=2)
    @given(at=st.floats(0, 0.999))
    def told(at):
        assert arguments.answers(module, calls, at) == []

    told()
