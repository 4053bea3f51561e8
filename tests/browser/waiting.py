"""Waiting for a page: Playwright's own wait needs eval, which the pages' policy forbids."""

from concurrent.futures import ThreadPoolExecutor

PATIENCE = 120_000


def until(page, condition, argument=None, timeout=PATIENCE):
    """Return when the function `condition`, called in the page with `argument`, is true."""
    for _ in range(timeout // 50):
        if page.evaluate(condition, argument):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"after {timeout / 1000:g} s this is not true of {argument!r}: {condition}")


def apart(work, *given):
    """What `work` gives in a thread of its own: it starts a Playwright, and a thread bears one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *given).result()
