"""Reads a JUnit report with junitparser, checks that its counts are those of its cases, and prints what it saw."""

import json
import sys
import xml.etree.ElementTree as tree

try:
    import junitparser
except ImportError:
    sys.exit("junitparser is missing: install it as .ci/test does: peer junitparser junitparser==5.0.3")

# What readers of this format know (Jenkins, GitLab, Maven's Surefire): anything else may be refused there.
KNOWN = {
    "testsuites": {"name", "time", "tests", "failures", "errors", "skipped", "timestamp", "uuid", "disabled"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "disabled", "time", "timestamp", "id", "package", "hostname"},
    "testcase": {"name", "classname", "time", "timestamp", "assertions"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
    "properties": set(),
    "property": {"name", "value"},
    "system-out": set(),
    "system-err": set(),
}

path = sys.argv[1]
for element in tree.parse(path).iter():
    unknown = set(element.attrib) - KNOWN[element.tag]
    assert not unknown, f"{element.tag} has {unknown}"

report = junitparser.JUnitXml.fromfile(path)
suites = list(report)
counts = {"failures": 0, "errors": 0, "skipped": 0}
names = set()
for suite in suites:
    results = {junitparser.Failure: 0, junitparser.Error: 0, junitparser.Skipped: 0}
    cases = list(suite)
    for case in cases:
        assert case.name and case.classname, "a case without a name"
        assert (case.classname, case.name) not in names, f"twice: {case.classname} {case.name}"
        names.add((case.classname, case.name))
        for result in case.result:
            results[type(result)] += 1
            assert result.message and (result.type or isinstance(result, junitparser.Skipped)), case.name
    assert suite.tests == len(cases), suite.name
    for kind, name in ((junitparser.Failure, "failures"), (junitparser.Error, "errors"), (junitparser.Skipped, "skipped")):
        written = getattr(suite, name)
        # The library that writes the file counts skipped cases as disabled.
        assert written == results[kind] or name == "skipped", (suite.name, name, written, results[kind])
        counts[name] += results[kind]
print(json.dumps({"suites": [suite.name for suite in suites], "rules": suites[0].tests, **counts}))
