"""Accounts and the roles granted to them."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


class AccountManager(BaseUserManager["User"]):
    """Makes accounts by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An account; without a password it cannot sign in until one is set through a link."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator."""
        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        RoleGrant.objects.create(user=user, role="administrator")
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open the administration pages.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("email",)

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name to show."""
        return str(self)

    def role_names(self) -> frozenset[str]:
        """Names of the roles granted, read once per instance."""
        if not hasattr(self, "_role_names"):
            self._role_names = frozenset(self.role_grants.values_list("role", flat=True))
        return self._role_names

    def scopes(self) -> tuple["WorkScope", ...]:
        """The queues and places the person works in, read once per instance."""
        if not hasattr(self, "_scopes"):
            self._scopes = tuple(self.work_scopes.all())
        return self._scopes


class RoleGrant(models.Model):
    """One role of the matrix, given to one person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=40)
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("user", "role")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "role"], name="people_one_grant_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class WorkScope(models.Model):
    """Whose requests a person works on: a department and a district, both of which must fit; blank fits all."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="work_scopes")
    department = models.CharField(max_length=200, blank=True)
    district = models.CharField(max_length=60, blank=True)
    team = models.CharField(max_length=200, blank=True)
    reports_to = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("user", "department", "district")

    def __str__(self) -> str:
        return f"{self.user}: {self.department or 'all departments'}, {self.district or 'all districts'}"

    def fits(self, department: str, district: str) -> bool:
        """Whether a request of this department and district is in it."""
        return self.department in {"", department} and self.district in {"", district}
