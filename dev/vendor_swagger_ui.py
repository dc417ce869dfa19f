"""Fetch Swagger UI again: ``python -m dev.vendor_swagger_ui``, after a new ``VERSION`` and digest.

The package is unpacked, never installed, so nothing of it runs here. Its scripts and style sheet go
to ``static/vendor/swagger-ui`` as they are.
"""

import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "5.35.0"
SHA256 = "1b8e891893404ea4c3558b6a87e2a3e494e7eedba41168c2ece5800a391a6ea6"
NAMES = (
    "swagger-ui-bundle.js",
    "swagger-ui-bundle.js.LICENSE.txt",
    "swagger-ui.css",
    "oauth2-redirect.js",
    "LICENSE",
    "NOTICE",
)
HERE = Path(__file__).resolve().parents[1] / "static" / "vendor" / "swagger-ui"


def main():
    """Fetch, compare the digest, unpack. Raises SystemExit: when it is another package."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"swagger-ui-dist@{VERSION}"]
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
        package = Path(folder) / done.stdout.strip()
        found = hashlib.sha256(package.read_bytes()).hexdigest()
        if found != SHA256:
            raise SystemExit(f"swagger-ui-dist {VERSION} is another package: {found}")
        with tarfile.open(package) as archive:
            for name in NAMES:
                content = archive.extractfile(f"package/{name}").read()
                (HERE / name).write_bytes(content)


if __name__ == "__main__":
    main()
