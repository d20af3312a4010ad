"""A desk without an engine process: it records verbs and answers them from a table, at once.

desk = FakeDesk(tmp_path, answers={EstimateJob: estimate, Save: lambda verb: line})
desk.ask(...)                 answered before it returns, through the real encoding
desk.verbs_of(Save)           every Save that was asked so far
desk.say(JobChanged(line))    an event, as if the engine had said it
desk.answer(Submit, line)     answer the oldest open Submit, which has no entry in the table
desk.hold_reads = True        desk.read() waits until desk.release_reads()
desk.questions.shown          errors that reached the error dialog
desk.questions.answers["confirm"] = True      what the person answers to a question of app.ui.ask
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from app.core.errors import SheafError, Standing
from app.engine.events import Event
from app.engine.protocol import AnyVerb, Done, EngineLine, Failed, Said
from app.engine.protocol import Ask as AskLine
from app.engine.replies import JobLine, KeyReply, ModelList
from app.engine.verbs import Verb
from app.paths import Places
from app.store.settings import Settings
from app.ui.ask import Ask
from app.ui.desk import Desk

NO_KEY = KeyReply("none", "Sheaf needs your Claude API key.")
A_KEY = KeyReply("stored", "Your key is kept in the keyring.", "GNOME Keyring", "Q4fA", 12, True)

Answer = Any | Callable[[Any], Any] | SheafError


class FakeLink(QObject):
    """The engine's end, played: every line still goes through the protocol's encoding."""

    replied = Signal(object)
    said = Signal(object)
    stopped = Signal(object)
    started_again = Signal()

    def __init__(self, answers: dict[type[Verb], Answer]) -> None:
        super().__init__()
        self.answers = answers
        self.sent: list[tuple[int, Verb]] = []
        self.unanswered: list[tuple[int, Verb]] = []
        self.after_send: list[Failed | Done] = []

    def send(self, verb: AnyVerb) -> int:
        number = len(self.sent) + 1
        verb = msgspec.json.decode(msgspec.json.encode(AskLine(number, verb)), type=AskLine).ask
        self.sent.append((number, verb))
        self.unanswered.append((number, verb))
        return number

    def answer_known(self) -> None:
        """Answer what the table has an answer for."""
        for number, verb in list(self.unanswered):
            if type(verb) in self.answers:
                answer = self.answers[type(verb)]
                self.reply(number, answer(verb) if callable(answer) else answer)

    def reply(self, number: int, value: Any) -> None:
        """Answer one verb, unless another answer came first."""
        left = [pair for pair in self.unanswered if pair[0] != number]
        if len(left) == len(self.unanswered):
            return
        self.unanswered = left
        self.replied.emit(_through_the_pipe(_line(number, value)))

    def say(self, event: Event) -> None:
        self.said.emit(_through_the_pipe(Said(event)).event)  # type: ignore[arg-type]

    def close(self) -> None: ...


def _line(number: int, value: Any) -> Done | Failed:
    if isinstance(value, SheafError):
        needs = value.standing is Standing.NEEDS_PERSON
        return Failed(number, value.what, value.why, value.fix, needs, value.halt)
    return Done(number, msgspec.Raw(msgspec.json.encode(value)))


def _through_the_pipe(line: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(line), type=EngineLine)


class FakeLane:
    """The reading lane, played on the UI thread."""

    def __init__(self) -> None:
        self.hold = False
        self.held: list[Callable[[], None]] = []

    def submit(
        self,
        work: Callable[[], Any],
        *,
        owner: QObject,
        on_done: Callable[[Any], None] | None = None,
        on_error: Callable[[Any], None] | None = None,
    ) -> None:
        def run() -> None:
            try:
                result = work()
            except SheafError as error:
                if on_error is not None and isValid(owner):
                    on_error(error)
            else:
                if on_done is not None and isValid(owner):
                    on_done(result)

        if self.hold:
            self.held.append(run)
        else:
            run()


class FakeQuestions(Ask):
    """Answers questions from `answers` by the method's name, and notes what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, tuple[Any, ...]]] = []
        self.shown: list[SheafError] = []

    def choose_file(self, *asked: Any) -> Path | None:
        return self._answer("choose_file", asked)

    def choose_folder(self, *asked: Any) -> Path | None:
        return self._answer("choose_folder", asked)

    def save_file(self, *asked: Any) -> Path | None:
        return self._answer("save_file", asked)

    def confirm(self, *asked: Any) -> bool:
        return bool(self._answer("confirm", asked))

    def limit(self, *asked: Any) -> Any:
        return self._answer("limit", asked)

    def read_again(self, *asked: Any) -> Any:
        return self._answer("read_again", asked)

    def show_error(self, error: SheafError, parent: Any = None) -> None:
        self.shown.append(error)

    def _answer(self, name: str, asked: tuple[Any, ...]) -> Any:
        self.asked.append((name, asked))
        return self.answers.get(name)


class FakeDesk(Desk):
    """A real desk between a played engine, a played reading lane and played questions."""

    def __init__(
        self,
        home: Path,
        answers: dict[type[Verb], Answer] | None = None,
        *,
        jobs: tuple[JobLine, ...] = (),
        models: ModelList | None = None,
        key: KeyReply | None = NO_KEY,
        settings: dict[str, Any] | None = None,
    ) -> None:
        self.link = FakeLink(dict(answers or {}))
        self.lane = FakeLane()
        self.questions: FakeQuestions = FakeQuestions()
        defaults = msgspec.structs.asdict(Settings())
        super().__init__(
            self.link,  # type: ignore[arg-type]
            self.lane,  # type: ignore[arg-type]
            places_in(home),
            {**defaults, **(settings or {})},
            self.questions,
        )
        self.jobs = {line.path: line for line in jobs}
        self.models = models
        self.key = key

    def ask(self, verb: AnyVerb, **named: Any) -> None:
        super().ask(verb, **named)
        self.link.answer_known()

    @property
    def verbs(self) -> list[Verb]:
        """Every verb asked so far."""
        return [verb for _, verb in self.link.sent]

    def verbs_of(self, kind: type[Any]) -> list[Any]:
        """Every verb of one kind asked so far."""
        return [verb for verb in self.verbs if isinstance(verb, kind)]

    def answer(self, kind: type[Verb], value: Any) -> None:
        """Answer the oldest verb of this kind that is still open."""
        number = next(number for number, verb in self.link.unanswered if isinstance(verb, kind))
        self.link.reply(number, value)

    def say(self, event: Event) -> None:
        """Let the engine say something."""
        self.link.say(event)

    @property
    def hold_reads(self) -> bool:
        """Whether read() waits for release_reads()."""
        return self.lane.hold

    @hold_reads.setter
    def hold_reads(self, hold: bool) -> None:
        self.lane.hold = hold

    def release_reads(self) -> None:
        """Let every read that waits be done."""
        self.lane.hold = False
        held, self.lane.held = self.lane.held, []
        for run in held:
            run()

    def close(self) -> None:
        """Let go of the job files that were read."""
        for path in list(self._views._open):
            self._views.close(path)


def places_in(home: Path) -> Places:
    """Return folders below `home`, made."""
    names = ("jobs", "exports", "settings", "cache", "logs", "practice")
    places = Places(**{name: home / name for name in names})
    places.create()
    return places
