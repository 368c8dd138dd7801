"""Counting what was checked: each named check passes or fails, and none stops the others."""

import traceback


class Checks:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    async def run(self, claim, check):
        try:
            result = await check()
        except Exception as error:  # a check may fail in any way; the next one still runs
            self.failed += 1
            print(f"FAILED  {claim}: {type(error).__name__}: {error}")
            traceback.print_exc()
            return None
        self.passed += 1
        print(f"ok      {claim}")
        return result

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0


def equal(found, expected, what="value"):
    if found != expected:
        raise AssertionError(f"{what}: found {found!r}, expected {expected!r}")


def true(claim, what):
    if not claim:
        raise AssertionError(what)
