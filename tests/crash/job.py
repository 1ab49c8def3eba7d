"""A job in a folder of its own: its starts, harmed by the shim or not, and what it has written."""

import dataclasses
import difflib
import gzip
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile

READING = ["start", "reading", "end"]
WRITING = [None, "sink", "commit", "settling", "folding"]
PAGE = struct.Struct("<5i108s")


@dataclasses.dataclass
class Harm:
    """What the shim does, and at which of the calls at a place; see README.md."""

    place: str
    call: int
    action: str
    parameter: int = 0

    def variables(self, page):
        return {"CRASH_PAGE": str(page), "CRASH_PLACE": self.place, "CRASH_CALL": str(self.call),
                "CRASH_ACTION": self.action, "CRASH_PARAMETER": str(self.parameter)}


@dataclasses.dataclass
class Start:
    """How a start of the job ended."""

    code: int  # -9: killed
    message: str
    was_harmed: bool = False
    at: str = None  # what the process was at
    call: str = ""


def temporary_folder():
    """In memory where there is room: the pages of a process that was killed outlive it there as on a disk."""
    memory = pathlib.Path("/dev/shm")
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > 1 << 30
    return tempfile.TemporaryDirectory(dir=memory if has_room and "TMPDIR" not in os.environ else None)


class Job:
    def __init__(self, binary, shim, flow, folder, inputs):
        self.binary, self.shim, self.flow, self.folder = binary, shim, flow, folder
        (folder / "out").mkdir(parents=True)
        (folder / "in").symlink_to(inputs)

    def start(self, workers, interval="5ms", harm=None, stores=True):
        page = self.folder / "page"
        page.write_bytes(bytes(PAGE.size))
        # Nothing of the surroundings has a say.
        environment = {"LC_ALL": "C.UTF-8", "FLOWRUN_LOG_LEVEL": "error", "PATH": os.environ["PATH"]}
        if harm:
            environment |= harm.variables(page) | {"LD_PRELOAD": str(self.shim)}
        command = [self.binary, self.flow, "-w", str(workers), "-s", interval] + (["-r", "store"] if stores else [])
        ended = subprocess.run(command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                               capture_output=True, text=True, check=False)
        return self._start(ended, page.read_bytes(), harm)

    @staticmethod
    def _start(ended, page, harm):
        reading, is_cutting, writing, _, is_done, call = PAGE.unpack(page)
        at = WRITING[writing] or ("cut" if is_cutting else READING[reading])
        if harm and is_done and harm.action != "kill_later" and harm.place not in ("store", "output"):
            at = harm.place
        return Start(ended.returncode, ended.stderr, bool(is_done), at, call.rstrip(b"\0").decode())

    def outputs(self):
        return {path.name: comparable(path) for path in sorted((self.folder / "out").iterdir())}

    def keep(self):
        """For `go_back`. Not for another folder: the store knows outputs by their paths."""
        for name in ("out", "store"):
            if (self.folder / name).exists():
                shutil.copytree(self.folder / name, self.folder / "kept" / name)

    def go_back(self):
        for name in ("out", "store"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.folder / "kept", self.folder, dirs_exist_ok=True)


def difference(expected, got):
    """Of the outputs of two jobs; empty: there is none."""
    for name in sorted(expected.keys() | got.keys()):
        lines = list(difflib.unified_diff(expected.get(name, []), got.get(name, []), f"expected {name}", f"got {name}",
                                          n=0, lineterm=""))
        if lines:
            return "\n".join(lines[:20] + [f"({len(lines)} lines)"])
    return ""


def comparable(path):
    """The lines of an output, as far as they do not depend on how workers take turns; its name says what that is."""
    lines = _text(path).splitlines()
    kinds = path.name.split(".")
    if "final" in kinds:  # unfinished results depend on batches
        lines = [line for line in lines if json.loads(line)["final"]]
    elif "errors" in kinds:  # the time of rejection
        lines = [json.dumps({key: value for key, value in json.loads(line).items() if key != "at"}) for line in lines]
    elif "flat" in kinds:  # what is gathered per worker
        lines = [json.dumps(item) for line in lines for item in json.loads(line)]
    elif "last" in kinds:  # which of the sides arrived first
        lines = _last_rows(lines)
    return sorted(lines)


def _text(path):
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes()).decode()
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dc", path], capture_output=True, text=True, check=True).stdout
    return path.read_text()


def _last_rows(lines):
    rows = {}
    for line in lines:
        row = json.loads(line)
        rows.setdefault(row["key"], []).append(line)
    return [f"{len(all_rows)} rows, the last: {all_rows[-1]}" for all_rows in rows.values()]
