"""Ways to come back to a thing that was spoken of, where a fact is about it or names it."""

import re
from collections.abc import Iterator

from r2s.models.extractive.english.questions import is_known, thing_of
from r2s.models.extractive.english.telling import Told
from r2s.trees.node import LogicType

Said = tuple[str, str]

# The fact is about {x}.
ABOUT: dict[LogicType, list[Said]] = {
    "question-answer": [
        ("And what about {x}?", "|There's this to say."),
        ("You mentioned {x}. What's the story there?", "|It's like this."),
        ("What more is there to say about {x}?", "|For one thing, this."),
        ("Could you say a little more about {x}?", "|Gladly."),
    ],
    "question-question": [("You spoke of {x}. What should one know there?", "|This, I think.")],
    "statement-inquiry": [
        ("What you said about {x} has stayed with me.", "Then here's more.|There's a bit more to it."),
        ("I keep thinking about {x} since you brought that up.", "Here's something to add.|Then let's stay with that."),
    ],
    "statement-explanation": [
        ("I expect there's more to be said about {x}.", "There is.|Yes, a little."),
        ("I take it there's a story behind {x}.", "There is.|A short one, yes."),
    ],
    "opinion-rebuttal": [
        ("I don't quite see where {x} comes in.", "I think I can tell you.|Like this, I'd say."),
        ("Surely there isn't much more to say about {x}.", "There's this, at least.|A little, all the same."),
    ],
    "opinion-agreement": [
        ("I find {x} the interesting part, I must say.", "So do I.|I can see why."),
        ("I think {x} deserves a closer look.", "I agree.|So do I."),
    ],
}
# The fact names {x}, but is about something else.
NAMING: dict[LogicType, list[Said]] = {
    "question-answer": [
        ("And how does {x} fit in?", "|Like this."),
        ("You mentioned {x}. What's the connection?", "|The connection is this."),
    ],
    "statement-inquiry": [
        ("The name that has stuck with me so far is {x}.", "It comes up again.|Then here's something to go with it."),
    ],
    "statement-explanation": [
        ("I imagine we haven't heard the last of {x}.", "We haven't.|No, indeed."),
        ("I take it {x} comes up again.", "That's right.|Yes."),
    ],
    "opinion-agreement": [
        ("I think {x} is a name one should remember.", "I think so too.|It does come up again."),
    ],
}
# The last reply was about {x}, and the fact is not.
APART: dict[LogicType, list[Said]] = {
    "question-answer": [("And apart from {x}?", "|There's this, too.")],
    "statement-inquiry": [("I've made a note of {x}.", "Then add this.|Here's the next thing for your notes.")],
    "statement-explanation": [
        (
            "I suppose most people never give a thought to {x}.",
            "Most don't, nor to this.|Probably not. Here's another thing.",
        ),
    ],
    "opinion-rebuttal": [
        ("I can't say I'm much the wiser for hearing about {x}.", "Perhaps this helps.|Then let me go on."),
    ],
    "opinion-agreement": [
        ("What you say about {x} makes sense to me.", "I'm glad.|Good, then let's go on."),
    ],
}
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-zà-ž]{3,}(?: [A-Z][a-zà-ž]+){0,2})\b")
_NO_NAME = re.compile(
    r"(?:January|February|March|April|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday"
    r"|Friday|Saturday|Sunday|French|Dutch|Greek|Latin|Czech|German|.*(?:ian|ish|ese|ean|ist|can|ic)s?)$"
)


def hooks(type: LogicType, told: Told, answered: str, said: str) -> Iterator[Said]:
    """Words about a thing that was spoken of before and that the fact takes up."""
    thing = thing_of(told.subject, answered)
    if thing and thing not in said and is_known(thing, answered) and not is_known(thing, told.about.title):
        yield from ((says.format(x=thing), openings) for says, openings in ABOUT[type])
    elif type in NAMING and (name := _named_again(told, answered, said)):
        yield from ((says.format(x=name), openings) for says, openings in NAMING[type])


def asides(type: LogicType, told: Told, answered: str, said: str) -> Iterator[Said]:
    """Words about what the last reply was about, before going on to something else."""
    thing = thing_of(told.previous, answered)
    if thing and told.previous != told.subject and thing not in said and not is_known(thing, told.about.title):
        yield from ((says.format(x=thing), openings) for says, openings in APART.get(type, ()))


def _named_again(told: Told, answered: str, said: str) -> str:
    """A name in the fact that the assistant has said and the user not yet."""
    heard = {match[0] for match in _NAME.finditer(answered)}
    for match in _NAME.finditer(told.text):
        name, before = match[0], told.text[: match.start()].split()[-1:]
        is_whole = before != ["the"] and not any(word[:1].isupper() for word in before)
        if is_whole and name in heard and name not in said and not _NO_NAME.match(name):
            return "" if is_known(name, told.about.title) else name
    return ""
