"""Runs random programs through flowrun and libjq and compares: differential.py FLOWRUN [--seed N] [--seconds N]."""

import argparse
import json
import re
import sys
import time

from engines import Flowrun, Libjq, batch
from programs import Programs, smaller

BATCH = 12
VALUES = 6

# Where flowrun may differ: its budgets, and constant patterns that it compiles beforehand.
OURS_ALONE = re.compile(r"budget|recurses too deeply|nested too deeply|bad-regex")
# Where libjq's answer is no measure: paths that it loses on the way, a second before 1970, and how many U+FFFD stand for broken UTF-8.
THEIRS_ALONE = re.compile(r"Invalid path expression|invalid gmtime representation|\ufffd")


def number(text):
    try:
        return "%.12g" % (float(text) or 0.0)
    except (ValueError, OverflowError):
        return text


def normal(value):
    """Numbers by their value, also within texts: the engines print them in different ways."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return number(str(value))
    if isinstance(value, str):
        value = re.sub(r"number \([^)]*\)", "number", value)  # messages cut long ones
        return re.sub(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", lambda found: number(found[0]), value)
    if isinstance(value, list):
        return [normal(item) for item in value]
    return {normal(key): normal(item) for key, item in value.items()}


def outcome(engine, programs, values):
    output, fault = engine.run(batch(programs), values)
    if fault is not None:
        return None, fault
    return normal(json.loads(output)), None


def difference(engines, node, values):
    """None where the engines agree on the program, else what each says."""
    said = [outcome(engine, [node.text()], values) for engine in engines]
    (ours, our_fault), (theirs, their_fault) = said
    if our_fault is None and their_fault is None:
        if ours == theirs or THEIRS_ALONE.search(json.dumps(theirs, ensure_ascii=False)):
            return None
        return ours[0], theirs[0]
    if their_fault in ("timeout", "crash") or OURS_ALONE.search(our_fault or ""):
        return None
    if our_fault and their_fault and our_fault.split(":")[0] == their_fault.split(":")[0]:
        return None
    return our_fault or "no fault", their_fault or "no fault"


def shrink(engines, node, values):
    found = difference(engines, node, values)
    for value in values:
        alone = difference(engines, node, [value])
        if alone is not None:
            values, found = [value], alone
            break
    tries, again = 200, True
    while again and tries > 0:
        again = False
        for candidate in smaller(node):
            tries -= 1
            if tries <= 0:
                break
            differs = difference(engines, candidate, values)
            if differs is not None:
                node, found, again = candidate, differs, True
                break
    return node, values, found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flowrun")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--programs", type=int, default=10**9)
    parser.add_argument("--most", type=int, default=5, help="stops after so many differences")
    options = parser.parse_args()
    print("seed %d" % options.seed, flush=True)
    engines = [Flowrun(options.flowrun), Libjq()]
    programs = Programs(options.seed)
    end = time.monotonic() + options.seconds
    compared = 0
    differences = []
    while time.monotonic() < end and compared < options.programs and len(differences) < options.most:
        nodes = [programs.program() for _ in range(BATCH)]
        values = [programs.value() for _ in range(VALUES)]
        together = [outcome(engine, [node.text() for node in nodes], values) for engine in engines]
        if together[0] == together[1] and together[0][1] is None:
            compared += BATCH
            continue
        for node in nodes:
            found = difference(engines, node, values)
            compared += 1
            if found is None:
                continue
            node, given, found = shrink(engines, node, values)
            differences.append(node)
            print("%s\n  over    %s\n  flowrun %s\n  libjq   %s" % (node.text(), json.dumps(given, ensure_ascii=False),
                                                             json.dumps(found[0], ensure_ascii=False), json.dumps(found[1], ensure_ascii=False)), flush=True)
    print("%d programs over %d values each: %d differences" % (compared, VALUES, len(differences)))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
