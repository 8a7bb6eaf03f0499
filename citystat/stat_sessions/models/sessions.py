"""Stat sessions: series, the sessions of each, topics, frozen releases, decisions, memos."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from citystat.core import clock

PERSON = settings.AUTH_USER_MODEL


class Series(models.Model):
    """A meeting that is held again and again: the weekly internal one of a department, the monthly public one of a goal."""

    class Kind(models.TextChoices):
        PUBLIC = "public", "Public Stat session"
        INTERNAL = "internal", "Internal data meeting"
        FORUM = "forum", "Forum of a department"

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    goal_code = models.CharField(max_length=60, blank=True)
    department = models.CharField(max_length=200, blank=True)
    times_a_year = models.PositiveSmallIntegerField(help_text="Expected: 52 weekly, 12 monthly, 4 a quarter each.")
    minutes = models.PositiveSmallIntegerField(default=90)
    clock = models.JSONField(default=dict, help_text="Business days before (negative) and after the meeting, where the city's differ.")
    chair = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    analyst = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("title",)
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """One meeting. `stage` says how far its packet and memo are; `status` whether it takes place."""

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "Held"
        MISSED = "missed", "Missed"
        CANCELLED = "cancelled", "Cancelled"

    class Stage(models.TextChoices):
        DRAFT = "draft", "Draft"
        REVIEW = "review", "In review"
        RELEASED = "released", "Released"
        FOLLOWED_UP = "followed_up", "Followed up"

    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    kind = models.CharField(max_length=8, choices=Series.Kind.choices)
    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    goal_code = models.CharField(max_length=60, blank=True)
    department = models.CharField(max_length=200, blank=True)
    month = models.CharField(max_length=7, help_text="The month its figures are of, such as 2017-06.")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=90)
    place = models.CharField(max_length=200, blank=True)
    video_url = models.URLField(blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    why_not_held = models.TextField(blank=True)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.DRAFT)
    purpose = models.TextField(blank=True)
    purpose_es = models.TextField(blank=True)
    good_news = models.TextField(blank=True)
    good_news_es = models.TextField(blank=True)
    chair = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    analyst = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reviewed_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    steps = models.JSONField(default=dict, help_text="Steps of the clock that are done: when, and by whom.")
    draft = models.JSONField(default=dict, help_text="Figures of the packet as last drafted, to show what changed until the release.")
    memo_summary = models.TextField(blank=True, help_text="Summary of the follow-up memo as written so far, until it is sent.")
    memo_summary_es = models.TextField(blank=True)
    memo_focus = models.TextField(blank=True, help_text="Focus of the next session as written so far, for the memo.")
    memo_focus_es = models.TextField(blank=True)
    worth = models.JSONField(default=dict, help_text="How many were asked whether it was worth their time, and how many said what.")
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-starts_at", "-id")
        indexes = (models.Index(fields=["status", "starts_at"], name="stat_sessions_by_time"),)

    def __str__(self) -> str:
        return f"{self.title}, {self.starts_at:%Y-%m-%d}"


class Attendee(models.Model):
    """Somebody invited, and whether they came."""

    class Role(models.TextChoices):
        CHAIR = "chair", "Chair"
        SPONSOR = "sponsor", "Executive sponsor"
        DEPARTMENT = "department", "Department head"
        ANALYST = "analyst", "Analyst"
        BUDGET = "budget", "Budget analyst"
        COUNSEL = "counsel", "Counsel"
        PARTNER = "partner", "Partner"
        GUEST = "guest", "Guest"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendees")
    person = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=12, choices=Role.choices)
    came = models.BooleanField(null=True, blank=True, help_text="Empty until the meeting.")

    class Meta:
        ordering = ("session", "id")

    def __str__(self) -> str:
        return self.name or str(self.person)


class SessionTopic(models.Model):
    """Something to talk about: proposed by a rule that is named, carried from last time, or added by the analyst."""

    class Origin(models.TextChoices):
        RULE = "rule", "Proposed by a rule"
        ANALYST = "analyst", "Added by the analyst"
        CARRIED = "carried", "Carried over"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="topics")
    origin = models.CharField(max_length=8, choices=Origin.choices)
    rule = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=200, help_text="Rule and subject: proposed again, it is the same topic.")
    measure = models.CharField(max_length=60, blank=True)
    where = models.JSONField(default=dict, help_text="Group values of the subject, such as a department or a district.")
    facts = models.JSONField(default=dict, help_text="The numbers that made the rule apply.")
    title = models.CharField(max_length=300)
    title_es = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    text_es = models.TextField(blank=True)
    questions = models.JSONField(default=list)
    minutes = models.PositiveSmallIntegerField(default=15)
    is_picked = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("session", "-is_picked", "position", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "key"], name="stat_sessions_one_topic_a_key")
        ]

    def __str__(self) -> str:
        return self.title


class Release(models.Model):
    """A session's packet as released: data, text and checksum frozen; another release is another edition with a reason."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="releases")
    edition = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=8, default="public")
    language = models.CharField(max_length=8, default="en")
    build = models.PositiveIntegerField()
    content = models.JSONField()
    checksum = models.CharField(max_length=64)
    draft = models.JSONField(default=dict, help_text="Figures of the draft as reviewed, to show what changed until the release.")
    reason = models.TextField(blank=True)
    released_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("session", "-edition", "audience", "language")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "edition", "audience", "language"], name="stat_sessions_one_release_an_edition")
        ]

    def __str__(self) -> str:
        return f"{self.session_id} ({self.edition})"


class Decision(models.Model):
    """What was decided, on what evidence, with the resources and the votes."""

    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    topic = models.ForeignKey(SessionTopic, null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions")
    text = models.TextField()
    text_es = models.TextField(blank=True)
    decided_on = models.DateField()
    decided_by = models.CharField(max_length=120, blank=True, help_text="The body: the session's chair, the City Council.")
    resource = models.TextField(blank=True, help_text="Money, people or equipment given or moved.")
    measure = models.CharField(max_length=60, blank=True)
    goal_code = models.CharField(max_length=60, blank=True)
    budget_line = models.CharField(max_length=120, blank=True)
    evidence = models.JSONField(default=list, help_text="What was known on the day: figures with period and build, documents.")
    is_public = models.BooleanField(default=True)
    recorded_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-decided_on", "-id")

    def __str__(self) -> str:
        return self.text[:60]


class Vote(models.Model):
    """How one elected official voted on a decision."""

    class Choice(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        ABSTAINED = "abstained", "Abstained"
        ABSENT = "absent", "Absent"

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="votes")
    name = models.CharField(max_length=120)
    district = models.CharField(max_length=60, blank=True)
    choice = models.CharField(max_length=10, choices=Choice.choices)

    class Meta:
        ordering = ("decision", "name")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["decision", "name"], name="stat_sessions_one_vote_a_name")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.choice}"


class Memo(models.Model):
    """The follow-up memo of a session as it went out; frozen."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="memos")
    edition = models.PositiveSmallIntegerField(default=1)
    content = models.JSONField()
    checksum = models.CharField(max_length=64)
    summary = models.TextField(blank=True)
    summary_es = models.TextField(blank=True)
    next_focus = models.TextField(blank=True)
    next_focus_es = models.TextField(blank=True)
    sent_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("session", "-edition")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "edition"], name="stat_sessions_one_memo_an_edition")
        ]

    def __str__(self) -> str:
        return f"{self.session_id} memo {self.edition}"
