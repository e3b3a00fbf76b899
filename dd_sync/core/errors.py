"""Everything ddsync refuses or fails with, as types.

::

    DdsyncError                 exit status 1
    ├── DefinitionError         a definition, a service file or ddsync.yaml is wrong: says file:line
    ├── QueryError              a query Datadog would refuse (dd_sync.query)
    ├── DatadogError            Datadog, or the way to it, answered with an error
    │   ├── Unreachable         no connection, or no answer in time
    │   ├── Uncertain           a write may or may not have arrived
    │   ├── Rejected            a 4xx: the text is Datadog's own
    │   │   ├── Forbidden       401 or 403: the keys, or what they may do
    │   │   └── NotFound        404
    │   └── Overloaded          429 or 5xx that outlasted the retries
    ├── Refused                 exit status 3: a limit, a protection, a missing consent, a stale plan
    └── UsageError              exit status 64
"""

from __future__ import annotations

from collections.abc import Iterable


class DdsyncError(Exception):
    """What is wrong in one line, and (`hint`) what to do next."""

    exit_status = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class DefinitionError(DdsyncError):
    """A definition, an inventory file or a setting is wrong. `at` is its `file:line`, with which the message begins;
    empty where whoever raises it does not know it, and whoever catches it may."""

    def __init__(self, message: str, *, at: str = "", hint: str = "") -> None:
        super().__init__(f"{at}: {message}" if at else message, hint=hint)
        self.at = at
        self.problem = message

    def at_place(self, at: str) -> DefinitionError:
        """The same error with a place, where it has none yet."""
        return self if self.at else DefinitionError(self.problem, at=at, hint=self.hint)


class DatadogError(DdsyncError):
    """Datadog answered with an error, or could not be asked."""


class Unreachable(DatadogError):
    """No connection, or no answer within the time allowed; nothing was written."""


class Uncertain(DatadogError):
    """A write was sent and no usable answer came back: it may have been carried out."""


class Rejected(DatadogError):
    """A 4xx answer. `status` is the HTTP status, `errors` Datadog's own sentences."""

    def __init__(self, status: int, errors: Iterable[str], *, hint: str = "") -> None:
        self.status = status
        self.errors = tuple(errors)
        super().__init__(f"{status} from Datadog: {'; '.join(self.errors) or 'no reason given'}", hint=hint)


class Forbidden(Rejected):
    """401 or 403: wrong keys, or keys without the permission. `scope` is the one that the call needs, where known."""

    def __init__(self, status: int, errors: Iterable[str], *, hint: str = "", scope: str = "") -> None:
        super().__init__(status, errors, hint=hint)
        self.scope = scope
        if scope:
            self.message = f"{self.message} (this needs {scope})"
            self.args = (self.message,)


class NotFound(Rejected):
    """404: no object of that id."""


class Overloaded(DatadogError):
    """429 or 5xx for longer than the retries last; nothing was written by this call."""


class Refused(DdsyncError):
    """ddsync could, and will not without being told: a limit, a protection, a missing consent, a stale plan."""

    exit_status = 3


class UsageError(DdsyncError):
    """The command line itself is wrong."""

    exit_status = 64


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """` Did you mean error-rate?`, or nothing when no known name is near.

    The leading space lets callers append it to a sentence.
    """
    import difflib  # which no run needs that goes well

    near = difflib.get_close_matches(wrong, sorted(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]}?" if near else ""
