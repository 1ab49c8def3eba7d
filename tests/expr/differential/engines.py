"""The two engines: flowrun's in a process per batch, libjq in one process that is started anew after a program that hangs."""

import json
import os
import subprocess
import sys
import threading

# The outputs of each program over each value, then perhaps the error.
WRAPPER = "map([try ((%s) | [\"output\", .]) catch [\"error\", .]])"
SECONDS = 10


def batch(programs):
    return "[" + ", ".join(WRAPPER % program for program in programs) + "]"


class Flowrun:
    name = "flowrun"

    def __init__(self, binary):
        self.binary = binary

    def run(self, program, values):
        """The JSON of the one output, and None or what is wrong."""
        try:
            done = subprocess.run([self.binary, "eval", "-c", "--", program], input=json.dumps(values).encode(), capture_output=True,
                                  timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return None, "timeout"
        if done.returncode == 0:
            return done.stdout.decode(), None
        kind = {3: "compile", 5: "error"}.get(done.returncode, "exit %d" % done.returncode)
        return None, kind + ": " + done.stderr.decode()


class Libjq:
    name = "libjq"

    def __init__(self):
        self.process = None

    def run(self, program, values):
        if self.process is None:
            self.process = subprocess.Popen([sys.executable, os.path.abspath(__file__)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=subprocess.DEVNULL)
        timer = threading.Timer(SECONDS, self.process.kill)
        timer.start()
        try:
            self.process.stdin.write(json.dumps([program, values]).encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            timer.cancel()
        if line:
            return tuple(json.loads(line))
        code = self.process.wait()
        self.process = None
        return None, "timeout" if code == -9 else "crash"


def serve():
    """Answers one request a line; libjq's own process."""
    import jq  # pylint: disable=import-outside-toplevel,import-error

    for line in sys.stdin:
        program, values = json.loads(line)
        try:
            compiled = jq.compile(program)
        except ValueError as error:
            answer = (None, "compile: " + str(error))
        else:
            try:
                answer = (compiled.input_value(values).text(), None)
            except ValueError as error:
                answer = (None, "error: " + str(error))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve()
