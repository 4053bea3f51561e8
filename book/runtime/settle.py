"""Run last by record.mjs: nothing is left in memory that a later start would not have."""

import gc

gc.collect()
