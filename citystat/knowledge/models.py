"""Articles in several languages, what readers say of them, and searches nobody found an answer for."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Article(models.Model):
    """The answer to a question people ask. Its words are in `ArticleText`, one row for each language."""

    slug = models.SlugField(max_length=80, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    department = models.CharField(max_length=200, blank=True, help_text="Who answers for it.")
    review_by = models.DateField(null=True, blank=True)
    services = models.JSONField(default=list, blank=True, help_text="Slugs of services it is about.")
    is_public = models.BooleanField(default=True)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug


class ArticleText(models.Model):
    """An article in one language: plain text, paragraphs divided by an empty line."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    body = models.TextField()
    keywords = models.JSONField(default=list, blank=True, help_text="Words people use for it.")

    class Meta:
        ordering = ("article", "language")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["article", "language"], name="knowledge_one_text_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class ArticleFeedback(models.Model):
    """Whether an article helped somebody."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="feedback")
    at = models.DateTimeField()
    language = models.CharField(max_length=8)
    is_helpful = models.BooleanField()
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ("-at", "-id")
        verbose_name_plural = "article feedback"

    def __str__(self) -> str:
        return f"Feedback {self.pk}"


class UnansweredSearch(models.Model):
    """Words somebody looked for without finding an article, and how often; numbers long enough to be somebody's are left out."""

    words = models.CharField(max_length=120)
    language = models.CharField(max_length=8)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-count", "-last_at", "-id")
        verbose_name_plural = "unanswered searches"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["words", "language"], name="knowledge_one_row_per_search")
        ]

    def __str__(self) -> str:
        return self.words
