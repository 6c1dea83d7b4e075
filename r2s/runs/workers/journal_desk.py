"""The run's journal as the driver keeps it for its workers: it alone writes, and knows whose turns are whose."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from r2s.errors import JournalError
from r2s.models.journal.groups import GroupThread
from r2s.models.journal.packing import Packed
from r2s.models.journal.store import Keeper
from r2s.runs.workers.far_store import packed_of, sent_row

_Ask = Callable[[], Any]


class _Put(NamedTuple):
    packed: list[Packed]
    replaces: bool


class JournalDesk:
    """Serves workers by their numbers: one thread looks, one writes what comes together in one transaction."""

    def __init__(self, store: Keeper) -> None:
        self._store = store
        self._turns: dict[int, set[str]] = defaultdict(set)
        self._asks: dict[str, Callable[[int, Any], Any]] = {
            "find": self._find,
            "texts": self._texts,
            "lease": self._lease,
            "release": self._release,
        }
        self._looking = GroupThread[_Ask, Any]("r2s-desk-looks", _each)
        self._writing = GroupThread[_Put, int]("r2s-desk-writes", self._insert)

    async def serve(self, worker: int, what: str, given: Any) -> Any:
        """The answer to what a worker asks of the journal; raises `JournalError`."""
        if what == "insert":
            sent, replaces = given
            return await self._put(worker, _Put([packed_of(one) for one in sent], replaces))
        answer = await self._looking.do(lambda: self._asks[what](worker, given))
        if isinstance(answer, JournalError):
            raise answer
        return answer

    async def dismiss(self, worker: int) -> None:
        """The worker is gone: others may make the calls whose turns it had."""
        await self.serve(worker, "release", list(self._turns[worker]))
        del self._turns[worker]

    def close(self) -> None:
        """Do what is asked, then end; the journal stays open."""
        self._looking.finish()
        self._writing.finish()

    def _find(self, worker: int, keys: Sequence[str]) -> list[Any]:
        return [[key, row and sent_row(row)] for key, row in self._store.find(keys).items()]

    def _texts(self, worker: int, numbers: Sequence[int]) -> list[Any]:
        return [[number, text] for number, text in self._store.texts(numbers).items()]

    def _lease(self, worker: int, keys: Sequence[str]) -> list[str]:
        taken = self._store.lease(keys)
        self._turns[worker] |= taken
        return list(taken)

    def _release(self, worker: int, keys: Sequence[str]) -> None:
        self._turns[worker].difference_update(keys)
        self._store.release(keys)

    async def _put(self, worker: int, put: _Put) -> int:
        try:
            added = await self._writing.do(put)
        except JournalError:
            raise
        except Exception as error:  # Whatever it is, a full disk for one, the worker must hear of it.
            raise JournalError(f"a call could not be written to the journal: {error}") from error
        keys = [one.row[0].hex() for one in put.packed if one.row]
        self._turns[worker].difference_update(keys)
        if self._store.is_near:
            self._store.release(keys)
        return added

    def _insert(self, puts: Sequence[_Put]) -> list[int]:
        for replaces, members in groupby(puts, key=lambda put: put.replaces):
            self._store.insert([one for put in members for one in put.packed], replace=replaces)
        return [len(put.packed) for put in puts]


def _each(asks: Sequence[_Ask]) -> list[Any]:
    """Every answer, or the error that came of asking: one worker's trouble is none of another's."""
    return [_answer(ask) for ask in asks]


def _answer(ask: _Ask) -> Any:
    try:
        return ask()
    except JournalError as error:
        return error
    except Exception as error:  # Whatever it is, the worker that waits must hear of it.
        return JournalError(f"the journal cannot be read: {error}")
