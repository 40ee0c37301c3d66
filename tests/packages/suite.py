"""Runs a package's own suite in the interpreter that runs this file, and writes down how each case ended.

    suite.py RESULTS STAND_INS LEAVE_OUT EXTENSION FILE CHECK unittest NAME...
    suite.py RESULTS STAND_INS LEAVE_OUT EXTENSION FILE CHECK pytest PATH...

First the extension module EXTENSION must have been loaded from FILE, and the expression CHECK must be true: that the package uses it, not
its twin in Python. STAND_INS are modules of the library, with commas between them, that may be missing: what imports them gets an object with all
names then. Cases with one of the words LEAVE_OUT in their names are not run. A NAME is a module, a class in one, `module:function` for a function that makes the suite, or `discover:FOLDER:TOP`.
The results are lines of `case <tab> passed, failed or skipped <tab> the last line of the reason`, and `done` at the end.
"""
import importlib
import os
import sys
import unittest


def last_line(text):
    lines = str(text).strip().splitlines()
    return " ".join(lines[-1].split()) if lines else ""


class Recorder(unittest.TestResult):
    """Writes a line for each case. A case that one of its subtests fails is failed; an expected failure is passed."""

    def __init__(self, out):
        super().__init__()
        self.out, self.outcome, self.reason = out, None, ""

    def write(self, case, outcome, reason=""):
        self.out.write(f"{case}\t{outcome}\t{reason}\n")
        self.out.flush()

    def startTest(self, test):
        super().startTest(test)
        self.outcome, self.reason = "passed", ""

    def stopTest(self, test):
        super().stopTest(test)
        self.write(test.id(), self.outcome, self.reason)
        self.outcome = None

    def ended(self, test, outcome, reason):
        if self.outcome is None:
            # The set-up of a class or module.
            self.write(test.id(), outcome, reason)
        elif self.outcome != "failed":
            self.outcome, self.reason = outcome, reason

    def addError(self, test, error):
        self.ended(test, "failed", f"{error[0].__name__}: {last_line(error[1])}")

    addFailure = addError

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.addError(test, error)

    def addSkip(self, test, reason):
        self.ended(test, "skipped", reason)

    def addExpectedFailure(self, test, error):
        pass

    def addUnexpectedSuccess(self, test):
        self.ended(test, "failed", "unexpected success")


def without(suite, words):
    """Takes cases out of a suite."""
    kept = [without(one, words) if isinstance(one, unittest.TestSuite) else one for one in suite]
    return unittest.TestSuite(one for one in kept if isinstance(one, unittest.TestSuite) or not any(word in one.id() for word in words))


def run_unittest(out, names, leave_out):
    loader, suite = unittest.TestLoader(), unittest.TestSuite()
    for name in names:
        if name.startswith("discover:"):
            _, folder, top = name.split(":")
            suite.addTest(loader.discover(folder, top_level_dir=top))
        elif ":" in name:
            module, function = name.split(":")
            suite.addTest(getattr(importlib.import_module(module), function)())
        else:
            suite.addTest(loader.loadTestsFromName(name))
    if leave_out:
        suite = without(suite, leave_out)
    suite.run(Recorder(out))


class Plugin:
    """The same for pytest: set-up and tear-down belong to the case."""

    def __init__(self, out):
        self.recorder, self.failed = Recorder(out), set()

    def pytest_runtest_logreport(self, report):
        case = report.nodeid
        if report.failed and case not in self.failed:
            self.failed.add(case)
            self.recorder.write(case, "failed", last_line(report.longrepr))
        elif report.skipped:
            self.recorder.write(case, "skipped", last_line(report.longrepr))
        elif report.when == "call" and report.passed:
            self.recorder.write(case, "passed")

    def pytest_collectreport(self, report):
        if report.failed:
            self.recorder.write(report.nodeid, "failed", last_line(report.longrepr))


def run_pytest(out, paths):
    import pytest

    # The modules of the tests are compiled as they are, by the interpreter under test.
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-p", "no:warnings", "--assert=plain"]
    pytest.main([*options, *paths], plugins=[Plugin(out)])


def main():
    results, stand_ins, leave_out, extension, file, check, kind, *names = sys.argv[1:]
    sys.argv[1:] = []
    for name in filter(None, stand_ins.split(",")):
        try:
            importlib.import_module(name)
        except ImportError:
            from unittest import mock

            sys.modules[name] = mock.MagicMock()
    module = importlib.import_module(extension)
    if os.path.realpath(module.__file__) != os.path.realpath(file):
        sys.exit(f"{extension} was loaded from {module.__file__}, not from {file}, which has just been built")
    names_here = {}
    for part in check.split(";")[:-1]:
        exec(part.strip(), names_here)
    if not eval(check.split(";")[-1].strip(), names_here):
        sys.exit(f"the package does not use {extension}: {check}")
    with open(results, "w", encoding="utf-8", errors="backslashreplace") as out:
        if kind == "unittest":
            run_unittest(out, names, list(filter(None, leave_out.split(","))))
        else:
            run_pytest(out, names)
        out.write("done\n")


if __name__ == "__main__":
    main()
