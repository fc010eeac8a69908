"""What the lobby refuses: an error of each kind. Its sentences are in lobby/refusals.py."""

from __future__ import annotations

from lobby.refusals import SENTENCES
from lobby.refused_words import WORDS


class LobbyError(Exception):
    """What the lobby refuses, and why. `params` fill the sentence; a `Name` among them is put in the
    reader's language, a word of WORDS is translated."""

    status = 400

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(self.text("en"))

    def text(self, lang: str) -> str:
        """The sentence in `zh` or `en`."""
        words = {name: WORDS.get(str(value), value) for name, value in self.params.items()}
        return SENTENCES[self.code].with_(**words).in_(lang)


class NotFound(LobbyError):
    """No such thing: 404."""

    status = 404


class Forbidden(LobbyError):
    """Not for who asks: 403."""

    status = 403


class Conflict(LobbyError):
    """The state does not allow it: 409."""

    status = 409


class Invalid(LobbyError):
    """A value does not fit: 422, naming the field."""

    status = 422

    def __init__(self, code: str, field: str, **params: object) -> None:
        self.field = field
        super().__init__(code, **params)


class TooMany(LobbyError):
    """More than one asker may do: 429, and in how many seconds to come again. Nothing changed."""

    status = 429

    def __init__(self, retry_s: int) -> None:
        self.retry_s = retry_s
        super().__init__("too_many", s=retry_s)


class NeedsRepair(LobbyError):
    """What is stored cannot be read until somebody at the machine repairs it: 500."""

    status = 500


class Unavailable(LobbyError):
    """It could not be made durable: 503. Nothing changed."""

    status = 503
