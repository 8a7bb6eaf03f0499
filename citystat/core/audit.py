"""Write audit events."""

from typing import Any

from citystat.core.models import AuditEvent


def record(*, by: Any, action: str, target: str = "", details: dict[str, Any] | None = None) -> AuditEvent:
    """Add one event to the current transaction; `by` is a user, or None for the command line."""
    user = by if getattr(by, "pk", None) else None
    return AuditEvent.objects.create(by=user, action=action, target=target[:200], details=details or {})
