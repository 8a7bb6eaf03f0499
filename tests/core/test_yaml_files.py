"""YAML files people write: read, or refused in a sentence."""

import pytest

from citystat.core import yaml_files
from citystat.core.errors import InputError


def test_what_a_file_holds_is_read_with_a_mark_of_order_or_without(tmp_path):
    path = tmp_path / "one.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: Ca\xc3\xb1on\n")
    assert yaml_files.read(path) == {"name": "Cañon"}
    path.write_text("")
    assert yaml_files.read(path) is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"name: [", r"^one\.yaml is not valid YAML: .*line 1"),
        (b"name: Ca\xf1on", r"^one\.yaml is not valid YAML: .*utf-8"),
        (b"!!python/object/apply:os.getcwd []", r"^one\.yaml is not valid YAML: "),
        (None, r"^one\.yaml cannot be read: no such file"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, content, sentence):
    path = tmp_path / "one.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        yaml_files.read(path)


def test_a_file_may_be_called_by_what_it_is(tmp_path):
    with pytest.raises(InputError, match=r"^The layout x cannot be read"):
        yaml_files.read(tmp_path / "x", called="The layout x")
