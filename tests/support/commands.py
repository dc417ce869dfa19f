"""The commands of both houses beside a server that ``make run`` starts, in one process for all.

``python -m tests.support.commands`` answers each line ``["auth", "people", "list"]`` by one of
JSON: the exit status, what was printed, and how it failed.
"""

import json
import subprocess
import sys


class Commands:
    """That process, in the folder and with the environment of a server."""

    def __init__(self, folder, environment):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.commands"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, house, *arguments):
        """Run a command of ``house``; return the JSON it prints."""
        self._process.stdin.write(json.dumps([house, *map(str, arguments), "--json"]) + "\n")
        self._process.stdin.flush()
        status, printed, failure = json.loads(self._process.stdout.readline())
        assert status == 0, f"{arguments[:2]}: {printed} {failure}"
        return json.loads(printed)

    def close(self):
        """End the process."""
        self._process.stdin.close()
        self._process.wait(10)


def main():
    """Answer the lines that come in until there are no more."""
    import wsgi  # it makes nothing before it is asked

    houses = {}
    for line in sys.stdin:
        house, *arguments = json.loads(line)
        if house not in houses:
            houses[house] = getattr(wsgi, house)()
        done = houses[house].test_cli_runner().invoke(args=arguments)
        print(json.dumps([done.exit_code, done.stdout, repr(done.exception)]), flush=True)


if __name__ == "__main__":
    main()
