"""How a service is asked for and handled: its form, who may see what, where its requests go."""

from typing import ClassVar

from django.db import models


class ServiceForm(models.Model):
    """What stands beside the promise of a service (`Service.slug`) and has no versions: texts, questions, policies."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", "Everyone sees it with its place"
        NO_PLACE = "no_place", "Everyone sees it without its place"
        PRIVATE = "private", "Only the resident and staff see it"

    class PhotoPolicy(models.TextChoices):
        NONE = "none", "No photos"
        OPTIONAL = "optional", "Photos are welcome"
        REQUIRED = "required", "A photo is needed"

    slug = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True)
    keywords = models.JSONField(default=list, blank=True, help_text="Words residents use for it.")
    is_offered = models.BooleanField(default=True, help_text="Residents and other programs may ask for it.")
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC)
    shows_description = models.BooleanField(default=False, help_text="The resident's words are public.")
    resident_photo = models.CharField(max_length=10, choices=PhotoPolicy.choices, default=PhotoPolicy.OPTIONAL)
    completion_photo = models.BooleanField(default=False, help_text="Work is not done without a photo.")
    checklist = models.JSONField(default=list, blank=True, help_text="Items of the crew: code, text, required.")
    questions = models.JSONField(default=list, blank=True, help_text="As Open311 attributes, with an optional condition.")
    priority = models.PositiveSmallIntegerField(default=3, help_text="1 is most urgent, 5 least.")
    duplicate_meters = models.PositiveIntegerField(default=100)
    duplicate_days = models.PositiveIntegerField(default=30)
    outside_agency = models.CharField(max_length=200, blank=True, help_text="Handled by another body: who to turn to.")
    keeps_contact_days = models.PositiveIntegerField(default=730, help_text="Contact data are removed so long after closing; 0 never.")
    keeps_photo_days = models.PositiveIntegerField(default=1825, help_text="Photos are removed so long after closing; 0 never.")
    keeps_text_days = models.PositiveIntegerField(default=1825, help_text="Free text is removed so long after closing; 0 never.")
    takes_appointments = models.BooleanField(default=False, help_text="The resident chooses a day: see its appointment rules.")

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug


class CatalogTranslation(models.Model):
    """The catalog in one more language of the pages, as `translation_files` says; what it leaves out stays as the catalog has it."""

    language = models.CharField(max_length=8, unique=True)
    groups = models.JSONField(default=dict, help_text="Category -> what it is called.")
    services = models.JSONField(default=dict, help_text="Slug -> name, description, questions.")

    class Meta:
        ordering = ("language",)

    def __str__(self) -> str:
        return self.language


class RoutingRule(models.Model):
    """One line of the ordered list that decides who gets a new request; the first that matches wins."""

    order = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=120)
    when = models.JSONField(default=dict, help_text="Conditions that must all hold; none holds always.")
    department = models.CharField(max_length=200, blank=True)
    team = models.CharField(max_length=200, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("order",)

    def __str__(self) -> str:
        return f"{self.order}. {self.name}"
