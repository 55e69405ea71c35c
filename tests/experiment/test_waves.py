"""What docs/DATA.md says of the codes of sine waves, run as it stands, on a shorter training."""

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.usefixtures("tensorflow", "no_figures")
@pytest.mark.slow
def test_codes_tell_frequency_and_phase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AECLI_RUNS_DIR", str(tmp_path))
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "DATA.md").read_text(), re.S)
    options = '"sequences", {"training.epochs": 9}, quiet=True'
    names: dict[str, Any] = {}
    exec(code.replace('"sequences")\nwaves', f"{options})\nwaves"), names)
    assert len(names["run"].history) == 9
    frequency, sine, cosine = names["r2"]
    assert frequency > 0.95
    assert max(sine, cosine) > 0.6
