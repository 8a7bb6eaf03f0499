"""Photos that show that an item is done travel with performance data; what is no bare photo, or was changed, is refused."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from citystat.core import clock, pictures
from citystat.plan.countdowns import proofs
from citystat.plan.exchange import reading, writing
from citystat.plan.models import Countdown, CountdownItem, Incident
from citystat.stat_sessions import exchange
from tests.stat_sessions.exchange import program, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city(city_home: Path) -> Iterator[None]:
    with clock.at(program.NOW):
        work.houses()
        yield


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The home of another city."""
    return tmp_path / "other"


def move(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Everything is gone, and the home is another one."""
    program.empty()
    monkeypatch.setenv("CITYSTAT_HOME", str(home))


def photo_name() -> str:
    return CountdownItem.objects.exclude(proof_file="").get().proof_file


def kept(home: Path) -> list[Path]:
    return list((home / "media").rglob("*.jpg"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["p.zip", "folder"])
def test_photo_comes_into_another_city_byte_for_byte(name: str, tmp_path: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, photo = exchange.package(staff=True), proofs.read(photo_name())
    writing.store(before, tmp_path / name)
    move(monkeypatch, other)
    counts = exchange.load(tmp_path / name)
    assert counts["photos"] == 1
    assert proofs.read(photo_name()) == photo
    after = exchange.package(staff=True)
    assert (after.files, writing.zipped(after)) == (before.files, writing.zipped(before))


def test_photo_is_described_with_its_size_and_checksum() -> None:
    made, photo = exchange.package(staff=True), proofs.read(photo_name())
    described = [one for one in json.loads(made.files["datapackage.json"])["resources"] if one["path"].startswith("photos/")]
    name, digest = photo_name(), hashlib.sha256(photo).hexdigest()
    assert described == [
        {
            "name": f"photo-{name.removesuffix('.jpg')}",
            "path": f"photos/{name}",
            "description": "Shows that an item is done.",
            "format": "jpg",
            "mediatype": "image/jpeg",
            "bytes": len(photo),
            "hash": f"sha256:{digest}",
        }
    ]


@pytest.mark.slow
def test_photo_of_a_counted_item_is_not_in_a_public_package() -> None:
    CountdownItem.objects.exclude(proof_file="").update(status="counted", counted_on="2017-06-02")
    made = exchange.package()
    assert photo_name() in made.files["countdown_items.csv"].decode()
    assert (made.counts["photos"], made.photos, b"image/jpeg" in made.files["datapackage.json"]) == (0, {}, False)


@pytest.mark.slow
def test_photo_that_is_not_on_the_disk_is_named_and_the_rest_goes(tmp_path: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = proofs.find(photo_name())
    assert path is not None
    path.unlink()
    made = exchange.package(staff=True)
    assert made.photos_missing == (photo_name(),)
    writing.store(made, tmp_path / "p.zip")
    move(monkeypatch, other)
    exchange.load(tmp_path / "p.zip")
    assert CountdownItem.objects.count() == 4


@pytest.mark.slow
def test_photo_kept_with_words_inside_leaves_without_them(tmp_path: Path) -> None:
    path = proofs.find(photo_name())
    assert path is not None
    path.write_bytes(work.photo())
    assert b"4 Elm Street" in path.read_bytes()
    writing.store(exchange.package(staff=True), tmp_path / "data")
    assert b"4 Elm Street" not in (tmp_path / "data" / "photos" / photo_name()).read_bytes()
    assert reading.read(tmp_path / "data", exchange.TABLES).photos


def jpeg(size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (9, 9, 9)).save(out, "JPEG", **options)
    return out.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "4 Elm Street"
    return jpeg(exif=exif)


WRONG = [
    (b"%PDF-1.7 no photo", "is not a JPEG photo that can be read"),
    (jpeg()[:-80], "is not a JPEG photo that can be read|holds hidden data"),
    (with_place(), "holds hidden data, such as the place"),
    (jpeg(comment=b"4 Elm Street"), "holds hidden data"),
    (jpeg() + b"PK behind the end", "holds hidden data"),
    (jpeg((2049, 10)), "longer than 2048 pixels"),
]


def changed(folder: Path, content: bytes, *, says: dict[str, Any] | None = None) -> None:
    """The photo of a package becomes another, and the descriptor says what it would say of it."""
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    one = next(one for one in described["resources"] if one["path"].startswith("photos/"))
    (folder / one["path"]).write_bytes(content)
    one |= {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"} | (says or {})
    (folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(("content", "said"), WRONG)
def test_import_of_what_is_no_bare_photo_is_one_sentence_and_stores_nothing(
    content: bytes, said: str, tmp_path: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing.store(exchange.package(staff=True), tmp_path / "data")
    changed(tmp_path / "data", content)
    move(monkeypatch, other)
    with pytest.raises(reading.PackageError, match=rf"^photos/[0-9a-f]+\.jpg: .*({said})"):
        exchange.load(tmp_path / "data")
    assert (Countdown.objects.count(), kept(other)) == (0, [])


SAID = [
    ({"hash": f"sha256:{'0' * 64}"}, "does not have the checksum"),
    ({"path": "photos/../../secret.jpg"}, r"resources\.\d+\.path"),
    ({"path": "photos/none.jpg"}, r"The package names photos/none.jpg and does not hold it"),
    ({"mediatype": "text/html"}, r"resources\.\d+\.mediatype"),
    ({"bytes": pictures.MOST_BYTES + 1}, r"resources\.\d+\.bytes"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("says", "said"), SAID)
def test_import_of_a_photo_wrongly_described_is_refused(says: dict[str, Any], said: str, tmp_path: Path) -> None:
    writing.store(exchange.package(staff=True), tmp_path / "data")
    changed(tmp_path / "data", jpeg(), says=says)
    with pytest.raises(reading.PackageError, match=said):
        reading.read(tmp_path / "data", exchange.TABLES)


@pytest.mark.slow
def test_import_of_a_photo_larger_than_it_may_be_is_refused_whatever_the_descriptor_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing.store(exchange.package(staff=True), tmp_path / "data")
    changed(tmp_path / "data", jpeg(), says={"bytes": 1})
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    with pytest.raises(reading.PackageError, match=r"^photos/.*larger than"):
        reading.read(tmp_path / "data", exchange.TABLES)


@pytest.mark.slow
def test_import_of_a_photo_no_item_names_is_refused(tmp_path: Path) -> None:
    made = exchange.package(staff=True)
    described = json.loads(made.files["datapackage.json"])
    described["resources"] = [
        one for one in described["resources"] if one["name"] != "countdown_items" and one["name"] != "countdown_events"
    ]
    files = {**made.files, "datapackage.json": json.dumps(described).encode()}
    writing.store(replace(made, files=files), tmp_path / "p.zip")
    with pytest.raises(reading.PackageError, match=r"photo of no item"):
        reading.read(tmp_path / "p.zip", exchange.TABLES)


@pytest.mark.slow
def test_import_where_the_name_is_taken_by_another_photo_stores_nothing(tmp_path: Path) -> None:
    name = photo_name()
    writing.store(exchange.package(staff=True), tmp_path / "p.zip")
    program.empty()
    proofs.put(name, jpeg())
    with pytest.raises(reading.PackageError, match="is here already and shows something else"):
        exchange.load(tmp_path / "p.zip")
    assert (Countdown.objects.count(), proofs.read(name)) == (0, jpeg())


@pytest.mark.slow
def test_import_with_a_disk_that_is_full_at_the_second_photo_leaves_neither_photos_nor_rows(
    tmp_path: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proofs.put("second.jpg", jpeg())
    CountdownItem.objects.filter(key="P-1").update(proof_file="second.jpg")
    writing.store(exchange.package(staff=True), tmp_path / "p.zip")
    move(monkeypatch, other)
    put = proofs.put

    def full_at_the_second(name: str, content: bytes) -> Path:
        if kept(other):
            raise OSError("No space left on device")
        return put(name, content)

    monkeypatch.setattr(proofs, "put", full_at_the_second)
    with pytest.raises(OSError, match="No space"):
        exchange.load(tmp_path / "p.zip")
    assert (Countdown.objects.count(), kept(other)) == (0, [])


@pytest.mark.slow
def test_dry_run_stores_no_photo(tmp_path: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writing.store(exchange.package(staff=True), tmp_path / "p.zip")
    move(monkeypatch, other)
    assert exchange.load(tmp_path / "p.zip", dry_run=True)["photos"] == 1
    assert kept(other) == []


@pytest.mark.slow
def test_incidents_that_are_here_already_are_named_with_their_line(tmp_path: Path) -> None:
    Incident.objects.create(source="calls.csv", kind="Fire", on="2017-05-01", area="1", seconds=90)
    made = exchange.package(staff=True)
    described = json.loads(made.files["datapackage.json"])
    described["resources"] = [one for one in described["resources"] if one["name"] == "incidents"]
    files = {**made.files, "datapackage.json": json.dumps(described).encode()}
    writing.store(writing.Package(files, {}), tmp_path / "p.zip")
    with pytest.raises(reading.PackageError, match=r"incidents.csv, line 2: incidents “Fire” of calls.csv are here already"):
        exchange.load(tmp_path / "p.zip")
    assert Incident.objects.count() == 1


@pytest.mark.slow
def test_zip_holds_photos_as_they_are() -> None:
    with zipfile.ZipFile(io.BytesIO(writing.zipped(exchange.package(staff=True)))) as archive:
        entry = archive.getinfo(f"photos/{photo_name()}")
        assert (entry.compress_type, entry.date_time) == (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0))
