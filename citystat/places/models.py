"""Boundaries with versions and the population of places."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Layer(models.Model):
    """One version of the boundaries of a kind of place."""

    kind = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    in_force_from = models.DateField(null=True, blank=True, help_text="As stated when loaded; blank where nobody said.")
    in_force_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, help_text="Name of the file it came from.")
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the file's content and of the options it was read with.")
    crs = models.CharField(max_length=80, help_text="Projection of the file; geometry is stored as longitude and latitude.")
    code_property = models.CharField(max_length=80)
    name_property = models.CharField(max_length=80, blank=True)
    notes = models.JSONField(default=list)
    loaded_at = models.DateTimeField(auto_now_add=True)
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("kind", "version")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "version"], name="places_one_layer_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Place(models.Model):
    """One place of a layer: its code, name and polygons."""

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="places")
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    geometry = models.BinaryField(help_text="Well-known binary, longitude and latitude (WGS 84).")
    area_km2 = models.FloatField()

    class Meta:
        ordering = ("layer", "code")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["layer", "code"], name="places_one_place_per_code")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PopulationFigure(models.Model):
    """How many people live in a place, for one year, as one source says."""

    kind = models.CharField(max_length=40, help_text="`city` with code `city` is the whole city.")
    version = models.CharField(max_length=40, blank=True, help_text="Blank: the boundaries in force in the year of the figure.")
    code = models.CharField(max_length=200, help_text="As the source writes it; matched to places when read.")
    year = models.PositiveSmallIntegerField()
    population = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("kind", "version", "code", "year")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "version", "code", "year"], name="places_one_figure_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.year}: {self.population}"


class Register(models.Model):
    """A list of the city's or of another system's that was loaded: addresses, place names, permits and the like."""

    class Kind(models.TextChoices):
        ADDRESS = "address", "Addresses"
        PLACE_NAME = "place_name", "Place names"
        PERMIT = "permit", "Permits"
        LICENSE = "license", "Licenses"
        INSPECTION = "inspection", "Inspections"
        WORK_ORDER = "work_order", "Work orders"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    source = models.CharField(max_length=120, help_text="Who keeps the list, as pages name it.")
    as_of = models.DateField(help_text="The day the last file of it was made.")
    file = models.CharField(max_length=200)
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the last file and of the options it was read with.")
    is_public = models.BooleanField(default=False, help_text="Whether everyone may see its rows.")
    loaded_at = models.DateTimeField(auto_now=True)
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("kind", "source")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "source"], name="places_one_register_per_source")
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_kind_display()}"


class Address(models.Model):
    """One address of the city's own file. `number`, `street` and `unit` are in the one spelling of `addressing`."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="addresses")
    key = models.CharField(max_length=180, unique=True, help_text="Number, street, unit and zip code.")
    text = models.CharField(max_length=300, help_text="As pages show it.")
    number = models.CharField(max_length=20)
    number_value = models.PositiveIntegerField(help_text="What houses of a street are ordered by.")
    street = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, blank=True)
    zipcode = models.CharField(max_length=12, blank=True)
    external_id = models.CharField(max_length=80, blank=True, help_text="Its number in the city's address register.")
    longitude = models.FloatField()
    latitude = models.FloatField()
    as_of = models.DateField(help_text="The day of the last file that has it.")

    class Meta:
        ordering = ("street", "number_value", "number", "unit", "id")
        verbose_name_plural = "addresses"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["street", "number_value"], name="places_address_of_street"),
            models.Index(fields=["number", "street"], name="places_address_by_number"),
            models.Index(fields=["external_id"], name="places_address_external"),
            models.Index(fields=["latitude", "longitude"], name="places_address_near"),
        ]

    def __str__(self) -> str:
        return self.text


class PlaceName(models.Model):
    """A park, a school, a corner of two streets: what people say instead of an address."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="place_names")
    key = models.CharField(max_length=260, unique=True, help_text="Kind and name in one spelling; a corner's streets in order.")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, help_text="Such as park, school, library, intersection.")
    aliases = models.JSONField(default=list, blank=True, help_text="Other names people use.")
    longitude = models.FloatField()
    latitude = models.FloatField()
    as_of = models.DateField()

    class Meta:
        ordering = ("name", "kind", "id")

    def __str__(self) -> str:
        return self.name


class Record(models.Model):
    """One permit, license, inspection or work order of another system, as its last file had it."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="records")
    number = models.CharField(max_length=80, help_text="Its number in its own system.")
    title = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=300, blank=True, help_text="As the source writes it.")
    house = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    url = models.CharField(max_length=500, blank=True)
    as_of = models.DateField()

    class Meta:
        ordering = ("-opened_on", "number", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["register", "number"], name="places_one_record_per_number")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["house", "street"], name="places_record_at")]

    def __str__(self) -> str:
        return f"{self.register} {self.number}"
