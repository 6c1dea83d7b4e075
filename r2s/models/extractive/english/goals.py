"""The user's reason to ask as it comes back later in the dialogue, and questions that the assistant may ask back.

The reasons are those of `population.yaml`, known again by a word of the first message.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """`asks`, `tells`, `agrees` and `guesses` are rows of what the user says and how a reply to it opens; `back` are
    the assistant's own questions with the user's answer to each."""

    mark: re.Pattern[str]
    asks: tuple[tuple[str, str], ...]
    tells: tuple[tuple[str, str], ...]
    agrees: tuple[tuple[str, str], ...]
    back: tuple[tuple[str, str], ...]


GOALS = (
    Goal(
        re.compile(r"\btalk\b"),
        (("What else would you put into a short talk?", "I'd put this in.|This would fit."),
         ("What would people in the audience want to hear next?", "Probably this.|I'd guess this.")),
        (("I still need something for the middle of my talk.", "This might do.|How about this?"),
         ("I practised the start of my talk in front of the mirror, and it was over too soon.", "Then here's more.|Let's make it longer.")),
        (("I think that would go down well in a talk.", "I think so too, and so would this.|It would. You could go on with this."),),
        (("How long do you have for your talk?", "Ten minutes, by the way."),
         ("Would that fit into your talk?", "Yes, I can use that."),
         ("Do the people who'll hear your talk know anything about it?", "No, hardly any of my listeners know anything about it.")),
    ),
    Goal(
        re.compile(r"\b(?:my|our) daughter\b"),
        (("My daughter always asks what comes next. So what does?", "|This, I'd say."),
         ("What else could I tell my daughter?", "You could tell her this.|This, perhaps.")),
        (("My daughter will want to know more than that.", "Then tell her this.|Here's more for her."),
         ("I tried to explain a bit of it to my daughter at breakfast and got stuck.", "This may help.|Then here's the next piece.")),
        (("I think my daughter will like that.", "I hope so, and perhaps this too.|I think so too. You could go on with this."),),
        (("How old is your daughter?", "She's ten, by the way."),
         ("Do you think your daughter would like to hear that?", "I think she would, yes."),
         ("What did your daughter want to know?", "She mostly wanted to know what it's all about.")),
    ),
    Goal(
        re.compile(r"\bquiz\b"),
        (("What else could I ask in the quiz?", "You could build a question on this.|This might do."),
         ("What would make a harder quiz question?", "Perhaps this.|Try this.")),
        (("I've got a few quiz questions by now, but none that will keep people guessing.", "This may be one.|Try this."),
         ("Last time my friends said that the quiz was too easy.", "Then take this.|This should be harder.")),
        (("I think that would make a good quiz question.", "I think so too, and so would this.|It would. Here's another."),),
        (("Do you want easy questions or hard ones?", "A mixture of both, I think."),
         ("Would that do for a quiz question?", "Yes, that one goes in."),
         ("How many questions do you still need?", "Two or three more would do.")),
    ),
    Goal(
        re.compile(r"\bnewsletter\b"),
        (("What else belongs in a short piece?", "I'd say this.|This, I think."),
         ("What would our readers want to know next?", "Probably this.|I'd guess this.")),
        (("I have half a page for my piece, and it isn't full yet.", "Then here's more.|Add this."),
         ("Our readers like to learn something they can pass on.", "This may be something.|Then take this.")),
        (("I think our readers would enjoy that.", "I think so too, and perhaps this as well.|They might. You could go on with this."),),
        (("How much room do you have for it?", "About half a page, so there's room."),
         ("Who reads your newsletter?", "Mostly people from the neighbourhood."),
         ("Is that something for your readers?", "Yes, I think it is.")),
    ),
    Goal(
        re.compile(r"\bcolleague\b"),
        (("What else should I know before the next lunch?", "This, for instance.|I'd add this."),
         ("What could I say at lunch that my colleague doesn't know yet?", "Perhaps this.|Try this.")),
        (("My colleague said something like that at lunch too, and I only nodded.", "Then here's something to answer with.|Next time you can say this."),
         ("At lunch I never get a word in, so I'd like to have something ready.", "Have this ready.|Then take this.")),
        (("I think my colleague would be surprised that I know that now.", "Perhaps even more so by this.|I think so too. Keep this ready as well."),),
        (("What does your colleague say about it?", "Mostly that everybody should know more about it."),
         ("Do you think your colleague knows that?", "I doubt it, to be honest."),
         ("Is that the sort of thing that comes up at lunch?", "More or less, yes.")),
    ),
    Goal(
        re.compile(r"\bdocumentary\b"),
        (("What did I miss in the second half, do you think?", "Perhaps this.|They may have come to this."),
         ("What else would they have shown?", "This, I'd guess.|Probably this.")),
        (("I only remember the pictures from the documentary, hardly a word of what they said.", "Then here are some words to go with them.|They may have said this."),
         ("The documentary was just getting to the interesting part when I fell asleep.", "Perhaps it was this part.|This may have come next.")),
        (("I think I'd have stayed awake for that.", "I hope so, and for this too.|I would have too. And perhaps for this."),),
        (("Was that in the part you saw?", "No, I must have been asleep by then."),
         ("Will you watch the rest of it?", "Yes, I think I will."),
         ("Does any of that sound familiar from last night?", "A little, now that you say it.")),
    ),
)  # fmt: skip

# What the assistant asks back by a feature of what it has just told, and what the user answers at the next turn.
BACK: tuple[tuple[str, str, str], ...] = (
    ("large", "Is that more than you expected?", "About as much as I expected, I think."),
    ("large", "Would you have guessed as much?", "No, I wouldn't have guessed that."),
    ("old", "Did you know that it goes back so far?", "No, I thought it was all more recent."),
    ("names", "Had you come across any of these names?", "No, those names are new to me."),
    ("places", "Have you ever been to any of these places?", "No, I've never been there."),
    ("cause", "Does that explain it for you?", "Yes, that explains it."),
    ("contrast", "Would you have expected that?", "No, I wouldn't have expected that."),
    ("superlative", "Did you know that?", "I didn't know that, no."),
    ("term", "Had you heard that word before?", "I may have heard it, but I couldn't have said what it meant."),
    ("", "Is that new to you?", "Yes, that's new to me."),
    ("", "Does that match what you had in mind?", "More or less, yes."),
    ("", "Is that the kind of thing you're after?", "Yes, that's just the kind of thing."),
)

# What the assistant asks so as to learn what a vague question is after, and what the user answers.
CLARIFYING: tuple[tuple[str, str, str], ...] = (
    ("number", "Is it the figures you're after, or more the story around them?", "Both, if you have them."),
    ("names", "Is it the people you're after, or what they did?", "What they did, mostly."),
    ("year", "Do you need the dates as well, or just the order of things?", "A few dates won't hurt."),
    ("places", "Do you want to know where it was, or rather what went on there?", "What went on there, mostly."),
    ("cause", "Are you more interested in the causes, or in what came of them?", "In what came of them, I think."),
    ("", "Is that what you meant, or were you thinking of something else?", "That's what I meant."),
    ("", "Shall I go into more detail, or keep to the broad picture?", "A little detail would be fine."),
    ("", "Would you like me to stay with this point or move on?", "We can move on from there."),
)

# What the user says to a reply before going on, by a feature of that reply.
HEARD: tuple[tuple[str, str], ...] = (
    ("large", "That's more than I thought."),
    ("old", "I had no idea it went back that far."),
    ("cause", "Ah, so that's why."),
    ("contrast", "I see, so it isn't that simple."),
    ("example", "That helps me to picture it."),
    ("", "I see."),
    ("", "Good to know."),
    ("", "Right, I'm with you so far."),
)


def goal_in(first_message: str) -> Goal | None:
    """The goal of the user's that the dialogue opened with, if it is one of ours."""
    return next((goal for goal in GOALS if goal.mark.search(first_message)), None)
