"""``make run``: everything from nothing, on this machine, with nothing but Python.

This first half needs the standard library alone: it makes ``.venv`` ready and goes on inside it.
"""

import os

import environment

if __name__ == "__main__":
    environment.make_ready("requirements.txt")
    os.chdir(environment.ROOT)
    os.execv(environment.PYTHON, [str(environment.PYTHON), "-m", "dev.serve"])
