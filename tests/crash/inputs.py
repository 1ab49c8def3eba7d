"""The inputs of the flows, the same for the same seed."""

import csv
import gzip
import json
import random

EVENTS = 3000
GROUPS = 12000


def make(folder, seed):
    draw = random.Random(seed)
    _write_lines(folder / "events.jsonl", _disordered_events(draw))
    regions = [_event(draw, number, 0.1 * number) for number in range(EVENTS)]
    _write_lines(folder / "east.jsonl", map(json.dumps, regions[0::3]))
    _write_lines(folder / "west.jsonl.gz", map(json.dumps, regions[1::3]), gzip.open)
    _write_csv(folder / "north.csv", regions[2::3])
    _write_lines(folder / "orders.jsonl", map(json.dumps, regions[0::2]))
    _write_lines(folder / "users.jsonl", map(json.dumps, regions[1::2]))
    _write_lines(folder / "pairs.jsonl", _pairs(draw))
    _write_lines(folder / "groups.jsonl", _groups(draw))
    for part in range(5):
        _write_lines(folder / f"small-{part}.jsonl", map(json.dumps, regions[part * 50 : part * 50 + 50]))
        _write_lines(folder / f"wide-{part}.jsonl", _wide_groups(draw))


def _write_lines(path, lines, open_file=open):
    with open_file(path, "wt") as file:
        for line in lines:
            file.write(line + "\n")


def _write_csv(path, events):
    with open(path, "w", newline="") as file:
        rows = csv.DictWriter(file, events[0].keys())
        rows.writeheader()
        rows.writerows(events)


# No two have the same time or value, so that nothing goes by arrival.
def _event(draw, number, time):
    return {"n": number, "ts": round(time, 4), "user": f"u{draw.randrange(40)}", "v": number * 7919 % 10007}


def _disordered_events(draw):
    for number in range(EVENTS):
        time = 0.1 * number + draw.random() * 4
        kind = draw.random()
        if kind < 0.02:
            time -= 60
        event = _event(draw, number, time)
        if kind > 0.99:
            event["v"] = "no number"
        yield "{no JSON" if 0.5 < kind < 0.505 else json.dumps(event)


# Each group once on each side.
def _pairs(draw):
    sides = [(side, number) for side in ("left", "right") for number in range(EVENTS // 2)]
    draw.shuffle(sides)
    for time, (side, number) in enumerate(sides):
        yield json.dumps({"ts": time, "side": side, "id": number, "v": draw.randrange(1000)})


# Most of the state changes from epoch to epoch, and is large enough to be folded.
def _groups(draw):
    for number in range(2 * GROUPS):
        yield json.dumps({"group": f"group {number % GROUPS:060}", "v": draw.randrange(1000)})


def _wide_groups(draw):
    for number in range(600):
        yield json.dumps({"group": f"{number:010} {'wide ' * 200}", "v": draw.randrange(1000)})
