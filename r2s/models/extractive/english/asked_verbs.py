"""Verbs and what one asks by them: which take a person, which end in a preposition, which ask for their object."""

# Only people and bodies of people do these, so that the doer is a "who".
WHO_WORDS = (
    "write direct found build design create invent discover publish produce compose paint develop introduce organize organise"
    " organise propose own rule govern head manage appoint elect perform record host edit translate release establish launch"
    " finance fund sponsor sign play portray sing star lead conduct commission conquer capture defeat attack invade occupy coin"
    " teach operate run maintain supervise oversee choose select nominate criticize criticise praise ban arrest kill assassinate"
    " determine describe draw make call name open close explore settle sell buy acquire purchase win reject approve adopt support"
    " oppose carve devise patent demonstrate formulate promote inaugurate administer regulate control play voice animate photograph"
    " celebrate use study review score arrange co-write co-host co-found co-produce narrate plan start begin rename rediscover"
)
WHO = frozenset(WHO_WORDS.split())
# Where somebody or something may be, and what is done in a place.
PLACED_WORDS = (
    "hold locate situate bear bury build find establish found base headquarter film record shoot open sign raise educate discover"
    " kill arrest station publish launch display house exhibit stage celebrate release concentrate crown introduce invent perform print produce"
    " feel use see grow practise practice speak wear live die stand lie settle arrive land meet perform teach work occur begin originate premiere sit gather end reside start grow"
)
PLACED = frozenset(PLACED_WORDS.split())
# A time with these says what was so then, and not when it came about.
STATIVE_WORDS = (
    "be have know believe mean contain include consist remain consider regard estimate think see expect report use base live seem"
    " become feel own call name need like want exist lie stand show find say state argue describe note estimate rank make"
    " account amount employ total average represent reach score vary play occur"
)
STATIVE = frozenset(STATIVE_WORDS.split())
# With these nothing is missing where what stands behind them is left out.
COMPLETE_WORDS = (
    "die begin start open close end arrive occur premiere debut emerge collapse retire resign return leave graduate marry happen break erupt"
    " air launch disappear escape survive surrender originate"
)
COMPLETE = frozenset(COMPLETE_WORDS.split())
# Nouns that are places by themselves.
PLACE_WORDS = (
    "countries country city cities area areas region regions town towns village villages state states parts part mountains valley river north south"
    " east west center centre coast island islands world continent building church school campus streets street capital district districts"
    " province provinces museum park palace house home hospital harbor harbour desert ocean sea sky ground soil water forest forests lake"
)
PLACES = frozenset(PLACE_WORDS.split())
# What the question ends in, and its first word where that is not "what".
STRANDED = {
    "focus on": "", "depend on": "", "rely on": "", "refer to": "", "deal with": "", "belong to": "", "consist of": "", "lead to": "",
    "result in": "", "result from": "", "specialize in": "", "specialise in": "", "serve as": "", "work as": "", "act as": "",
    "derive from": "Where|come from", "originate in": "Where|", "come from": "Where|come from", "originate from": "Where|come from",
    "graduate from": "Where|", "suffer from": "", "benefit from": "", "ask for": "", "call for": "", "respond to": "",
    "react to": "", "apply to": "", "begin with": "", "start with": "", "end with": "", "end in": "", "open with": "",
    "participate in": "What|take part in", "compete in": "What|", "appear in": "What|", "turn into": "", "develop into": "",
    "differ from": "", "contribute to": "", "flow into": "", "flow through": "", "run through": "", "pass through": "",
    "stand for": "", "vote for": "", "look like": "", "feed on": "", "live on": "", "border on": "", "sign with": "Who|",
    "agree to": "", "move to": "Where|move", "emigrate to": "Where|move", "go to": "Where|go", "travel to": "Where|go",
    "flow to": "Where|flow", "extend to": "Where|", "play for": "Who|", "work for": "Who|", "fight for": "", "fight against": "Who|", "die of": "", "die from": "",
    "compare to": "", "concentrate on": "", "borrow from": "", "feature in": "What|", "react with": "", "bind to": "", "connect to": "", "correspond to": "",
}  # fmt: skip
# Behind a form of "be": "What was it based on?"
BEING = {
    "based on": "", "named after": "Who or what", "named for": "Who or what", "known for": "", "used for": "", "made of": "", "made from": "", "divided into": "",
    "derived from": "", "influenced by": "", "inspired by": "", "composed of": "", "surrounded by": "", "known as": "", "organized into": "",
    "powered by": "", "limited to": "", "aimed at": "", "associated with": "", "made up of": "", "replaced by": "", "followed by": "",
    "responsible for": "", "famous for": "", "similar to": "", "capable of": "", "dependent on": "", "home to": "", "rich in": "",
    "affiliated with": "", "involved in": "", "concerned with": "", "notable for": "", "popular with": "Who", "part of": "", "involved with": "", "subject to": "",
    "related to": "", "linked to": "", "connected to": "", "attached to": "", "covered with": "", "covered by": "", "protected by": "",
    "divided by": "", "dominated by": "", "characterized by": "", "characterised by": "", "accompanied by": "", "affected by": "", "threatened by": "",
    "driven by": "", "formed by": "", "prompted by": "", "awarded for": "",  "charged with": "", "accused of": "", "convicted of": "",
    "bordered by": "", "converted into": "", "converted to": "", "turned into": "", "transformed into": "", "renamed to": "", "dedicated to": "Who or what",
    "transferred to": "Where", "sent to": "Where", "moved to": "Where", "taken to": "Where", "exported to": "Where", "sold to": "Who", "married to": "Who", "given to": "Who",
    "awarded to": "Who", "attributed to": "Who or what", "opposed to": "", "limited by": "", "produced by": "", "generated by": "", "triggered by": "", "defined by": "", "defined as": "",
    "required for": "", "needed for": "", "suitable for": "", "important for": "",  "found in": "Where", "common in": "Where",
    "interested in": "",  "appointed to": "",  "classified as": "",  "regarded as": "", "seen as": "", "designed for": "",
    "classified into": "", "split into": "", "grouped into": "", "separated by": "",  "controlled by": "",  "measured by": "",
}  # fmt: skip
# What somebody or something is asked to do: "What was it forced to do?"
TO_DO_BEING_WORDS = "forced ordered required allowed asked expected designed intended used able permitted obliged supposed built created unable needed authorized authorised encouraged invited likely established told persuaded free willing prepared"
TO_DO_BEING = frozenset(TO_DO_BEING_WORDS.split())
TO_DO_WORDS = "try attempt decide want refuse agree hope plan seek manage promise threaten choose fail aim intend offer help wish prefer need learn propose vow pledge demand serve"
TO_DO = frozenset(TO_DO_WORDS.split())
# With a person or thing between: "What does it allow users to do?"
LETS_WORDS = "enable allow require force ask encourage order persuade urge help permit teach invite cause instruct advise oblige want motivate"
LETS = frozenset(LETS_WORDS.split())
# Verbs whose object one asks for; the question says another word where that is more natural.
OBJECT_WORDS = (
    "write say argue claim believe think want suggest show announce propose offer discover notice mean include contain produce provide"
    " require sell describe cause recommend demand promise record perform receive win join bring become feature assert"
    " conclude indicate reveal report predict observe express emphasize emphasise involve represent symbolize create build develop establish"
    " publish introduce adopt launch export import grow eat wear prefer replace lose gain acquire support oppose criticize praise reject"
    " cover reflect measure study teach learn invent carry protect prevent affect influence control determine generate govern control"
    " lack encompass trigger prompt obtain reach house accommodate damage ease display depict resemble examine explore discuss warn confirm estimate demonstrate illustrate explain celebrate promote stress maintain"
    " declare note state need use store host house organize design destroy attract collect combine possess achieve"
)
OBJECTS = frozenset(OBJECT_WORDS.split())
SAID_OTHERWISE = {
    "state": "say",
    "note": "point out",
    "assert": "claim",
    "utilize": "use",
    "comprise": "include",
    "possess": "have",
}
# These ask for a clause ("that ..."), the others for a thing.
REPORTING_WORDS = (
    "say argue claim believe think suggest show announce propose notice mean discover recommend demand promise assert conclude indicate"
    " reveal report predict observe find hope fear emphasize emphasise warn confirm estimate demonstrate explain stress maintain declare"
    " note state hold write require learn illustrate"
)
REPORTING = frozenset(REPORTING_WORDS.split())
# What befalls somebody or something.
BEFALLS_WORDS = (
    "arrest kill replace destroy abolish move sell close ban reject damage attack remove divide rename rebuild dissolve invade annex occupy"
    " hospitalize cancel postpone overthrow defeat execute imprison exile expel convict sentence evacuate dismiss abandon demolish restore"
    " suspend delay restructure split merge transfer steal lose bury injure"
)
BEFALLS = frozenset(BEFALLS_WORDS.split())
# Whoever says that this was done has said enough: "It was built".
DONE = (WHO | BEFALLS | PLACED) - frozenset(
    [
        "make",
        "call",
        "name",
        "play",
        "review",
        "praise",
        "draw",
        "record",
        "feel",
        "use",
        "see",
        "wear",
        "speak",
        "begin",
        "start",
        "bear",
    ]
)
