"""Everything typed on the page in the room: the form of the button that was pressed is read, all others keep what stands in them."""

from dataclasses import asdict
from typing import Any

from django.http import QueryDict

from citystat.core import edits
from citystat.core.errors import UserError
from citystat.stat_sessions.cycle import packets, room_acts
from citystat.stat_sessions.cycle.forms import DecisionForm, MemoForm, PromiseForm
from citystat.stat_sessions.cycle.memos import MemoText
from citystat.stat_sessions.cycle.room_acts import Given, MemoNotSaved, MemoWords, Seen, Ticks
from citystat.stat_sessions.models import Session

PREFIXES = {"decide": "d", "promise": "p"}
CAPTURED: dict[str, type[PromiseForm]] = {"decide": DecisionForm, "promise": PromiseForm}


class RoomPage:
    """The page as it is stored, or as somebody typed it. `is_done`: the act is done, so its own fields are empty again."""

    def __init__(self, session: Session, *, data: QueryDict | None = None, is_done: bool = False) -> None:
        self.session, self.data, self.is_done = session, data, is_done
        self.act = data.get("act", "") if data is not None else ""
        topics = list(session.topics.filter(is_picked=True).order_by("position", "id"))
        self.decide = self._captured("decide", topics)
        self.promise = self._captured("promise", topics)
        self.memo = self._memo()
        self.seen = room_acts.seen_of(session)
        self.problem = ""
        self.was_refused = False

    def _captured(self, name: str, topics: Any) -> Any:
        kind, prefix = CAPTURED[name], PREFIXES[name]
        if name == self.act:
            return kind(None if self.is_done else self.data, topics=topics, prefix=prefix)
        return kind(topics=topics, prefix=prefix, initial=self._typed(kind, prefix))

    def _typed(self, kind: Any, prefix: str) -> dict[str, str]:
        """What was typed in a form whose button was not pressed."""
        if self.data is None:
            return {}
        typed = {name: self.data.get(f"{prefix}-{name}", "") for name in kind.base_fields}
        return {name: text for name, text in typed.items() if text.strip()}

    def _memo(self) -> MemoForm:
        kept = room_acts.stored_memo(self.session)
        stored = asdict(kept) | {"was": room_acts.stamp(kept)}
        is_again = self.session.memos.exists()
        if self.data is not None and "m-summary" in self.data and not self.is_done:
            return MemoForm(self.data, prefix="m", initial=stored, is_again=is_again)
        is_sent = self.is_done and self.act == "memo"
        typed = self.data.get("m-reason", "") if self.data is not None and not is_sent else ""
        return MemoForm(prefix="m", initial=stored | {"reason": typed}, is_again=is_again)

    def is_valid(self) -> bool:
        """Whether what the act needs, and the words of the memo, can be used."""
        forms = [self.decide, self.promise, self.memo]
        valid = [form.is_valid() for form in forms if form.is_bound]
        return all(valid)

    def given(self) -> Given:
        """All that was on the page."""
        pressed = {"decide": self.decide, "promise": self.promise}.get(self.act)
        return Given(
            ticks=self._ticks(),
            memo=self._memo_words(),
            seen=self._seen(),
            decision=self.decide.details() if self.act == "decide" else None,
            promise=self.promise.promise() if self.act == "promise" else None,
            topic_id=pressed.topic_id() if pressed is not None else None,
        )

    def _ticks(self) -> Ticks | None:
        data = self.data
        if data is None or ("came-was" not in data and self.act != "attendance"):
            return None
        came = frozenset(int(one) for one in data.getlist("came") if one.isdigit())
        shown = frozenset(int(one) for one in data.get("came-was", "").split(",") if one.isdigit()) if "came-was" in data else None
        return Ticks(came, shown)

    def _memo_words(self) -> MemoWords | None:
        if not self.memo.is_bound:
            return None
        given = self.memo.cleaned_data
        text = MemoText(given["summary"], given["next_focus"], given["summary_es"], given["next_focus_es"])
        return MemoWords(text, given["was"], given.get("reason", ""))

    def _seen(self) -> Seen | None:
        text = self.data.get("seen", "") if self.data is not None else ""
        ids = [int(one) for one in text.split(",") if one.isdigit()]
        return Seen(*ids) if len(ids) == 2 else None

    def is_typed_elsewhere(self) -> bool:
        """Whether something stands in a form that was not sent and is stored nowhere."""
        rest = [form for name, form in (("decide", self.decide), ("promise", self.promise)) if name != self.act]
        reason = self.data.get("m-reason", "") if self.data is not None and self.act != "memo" else ""
        return any(form.initial for form in rest) or bool(reason.strip())

    def refuse(self, error: UserError) -> None:
        """Say what is wrong in the form it belongs to, else above the page; all that was typed stays."""
        self.was_refused = True
        if isinstance(error, MemoNotSaved):
            self.memo.add_error(None, str(error))
            edits.take_up(self.memo, "was", self.memo.initial["was"])
            return
        form: Any = {"decide": self.decide, "promise": self.promise, "memo": self.memo}.get(self.act)
        if form is not None and form.is_bound:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            self.problem = str(error)

    @property
    def is_refused(self) -> bool:
        """Whether what was sent is shown again because something in it is wrong."""
        return self.was_refused or any(form.is_bound and form.errors for form in (self.decide, self.promise, self.memo))

    @property
    def opened(self) -> dict[str, bool]:
        """Which parts are shown open: those with words nobody has stored yet, or with something wrong in them."""
        return {
            "decide": self.decide.is_bound or bool(self.decide.initial),
            "promise": self.promise.is_bound or bool(self.promise.initial),
            "memo": self.act == "memo" or bool(self.memo.is_bound and self.memo.errors) or bool(self.memo["summary"].value()),
        }

    @property
    def attendees(self) -> list[dict[str, Any]]:
        """Those invited, ticked as stored and as this person changed it."""
        stored, ticks = room_acts.here(self.session), None if self.is_done else self._ticks()
        ticked = stored if ticks is None else room_acts.joined(stored, ticks)
        rows = self.session.attendees.select_related("person").order_by("id")
        return [
            {"pk": one.pk, "name": one.name or str(one.person), "role": packets.role_name(one.role), "came": one.pk in ticked}
            for one in rows
        ]

    @property
    def came_was(self) -> str:
        """Those recorded as having come when the page is shown."""
        return ",".join(str(one) for one in sorted(room_acts.here(self.session)))

    @property
    def seen_text(self) -> str:
        """The last decision and commitment shown."""
        return f"{self.seen.decision},{self.seen.commitment}"
