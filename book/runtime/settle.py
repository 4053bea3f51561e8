"""Run last by record.mjs: nothing is left in memory that a later start would not have."""

import gc
import importlib

importlib.invalidate_caches()  # one of them holds the library's archive open
gc.collect()
