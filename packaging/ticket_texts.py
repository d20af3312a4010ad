"""Composes made-up support tickets and survey answers; every word is our own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from review_texts import pick, shuffled

FIRST_OPENED = datetime(2026, 3, 2, 7, 40)  # noqa: DTZ001 (a workbook's times have no zone)

CHANNELS = ("E-mail", "E-mail", "E-mail", "Web form", "Web form", "Phone note", "Chat")

MATTERS: dict[str, tuple[Sequence[str], Sequence[str], Sequence[str]]] = {
    "fault": (
        (
            "No internet since {time}",
            "Line drops every evening",
            "Slow again",
            "Router blinking red",
            "wifi??",
            "Outage in {place}?",
            "Phone line dead",
            "Speed not as promised",
        ),
        (
            "Since {time} nothing works any more, the router just blinks red.",
            "Every evening around eight the connection drops for ten minutes.",
            "I pay for 250 Mbit and measure {number}, by cable.",
            "I have restarted the box {number} times and changed the cable.",
            "Upstairs it is fine, in the office nothing loads.",
            "My neighbour has the same trouble, so it cannot be my equipment.",
            "The light called LOS is on, whatever that means.",
            "Streaming works, calls do not: they hear me, I do not hear them.",
            "Your status page says all is well in {place}. It is not.",
            "The update last night seems to have broken it.",
        ),
        (
            "My husband's care alarm runs over this line, so this cannot wait!",
            "I work from home and lose money every hour.",
            "No hurry, but it would be nice to know why.",
            "Please send somebody.",
            "If this is not mended by {weekday} I will leave.",
            "The school's exam starts tomorrow at nine.",
        ),
    ),
    "bill": (
        (
            "Charged twice",
            "Question about invoice {invoice}",
            "Wrong amount in March",
            "Direct debit",
            "Reminder fee although paid",
            "Price increase",
            "VAT number on the invoice",
        ),
        (
            "You took {money} on the 1st and again on the 3rd.",
            "Invoice {invoice} lists a television package that I never ordered.",
            "According to the contract I pay {money}, the invoice says otherwise.",
            "I paid on time and still got a reminder with a fee of {money}.",
            "My bank account has changed, the new number is in the attachment.",
            "Could you put our VAT number on the invoice, please?",
            "Why did the monthly price go up? Nobody told me.",
            "The discount for the first six months is missing.",
        ),
        (
            "Please send a corrected invoice.",
            "I expect the money back this week.",
            "I have told my bank to take it back.",
            "It is only a question, no complaint.",
            "Our accountant closes the month on {weekday}.",
        ),
    ),
    "account": (
        (
            "Cannot log in",
            "Password link expired",
            "Change of name",
            "Locked out",
            "Two accounts for one address",
            "Who can see my data?",
            "Somebody else's e-mail in my account",
        ),
        (
            "The link in the e-mail says that it has expired, although I clicked at once.",
            "After three attempts the account is locked.",
            "I have married and need the account in my new name.",
            "I see the invoices of a {person} in my account. Should that be possible?",
            "My late mother's account has to be closed, what do you need from me?",
            "The code by text message never arrives.",
            "Please delete all data that you hold about me and confirm it in writing.",
            "I seem to have two customer numbers, {customer} and {customer}9.",
        ),
        (
            "I am abroad until {weekday}.",
            "Please treat this as urgent, it is about private data.",
            "Thanks for your patience with an old man.",
            "A short answer is enough.",
        ),
    ),
    "move": (
        (
            "Moving house on {weekday}",
            "Cancel contract {customer}",
            "Pause while abroad",
            "New address",
            "How long is my notice period?",
            "Leaving you",
        ),
        (
            "We move to {place} at the end of the month and want to take the line with us.",
            "I hereby end my contract at the next possible date.",
            "Is fibre available in {place}, number {number}?",
            "I go abroad for {number} months; can the contract rest meanwhile?",
            "A competitor offers the same for {money}. Can you match that?",
            "The new tenant would like to take over the line.",
        ),
        (
            "Please confirm in writing.",
            "If it takes longer than two weeks, I would rather cancel.",
            "Nothing personal, it was fine.",
            "I called twice and was cut off twice.",
        ),
    ),
    "visit": (
        (
            "Engineer did not come",
            "Appointment on {weekday}",
            "Hole in the wall",
            "Thank you!",
            "Installation",
            "Access to the cellar",
        ),
        (
            "I took a day off and nobody came between 8 and 12.",
            "Your engineer {person} was here today and was wonderful: clean, quick, kind.",
            "The appointment on {weekday} does not suit me, any day in the week after would.",
            "He drilled through the bathroom tiles. I have photos.",
            "The box hangs in the cellar, the key is with {person} on the ground floor.",
            "Does somebody have to be at home for this?",
            "The cable ends in the hall, I need it in the study.",
        ),
        (
            "Who pays for the damage?",
            "Please pass the praise on.",
            "Call me before you come, the bell is broken.",
            "That is the third time.",
            "Let me know, no hurry.",
        ),
    ),
    "other": (
        (
            "Job application",
            "Partnership opportunity!!!",
            "Your advert on the bus",
            "Wrong number",
            "Re: Re: Re: hello",
            "Feedback",
        ),
        (
            "I saw that you are looking for people in {place} and would like to apply.",
            "We can bring your website to the top of every search engine.",
            "Your van was parked across our drive all morning.",
            "Is this the plumber?",
            "Your music on hold is surprisingly good, what is it?",
            "I teach physics and would love to visit your exchange with my class of {number}.",
        ),
        ("Looking forward to hearing from you.", "Have a nice day.", "Best wishes from {place}."),
    ),
}

_WEIGHTS = (34, 22, 15, 12, 11, 6)
_GREETINGS = (
    "Hello,",
    "Dear Sir or Madam,",
    "Hi",
    "Good morning,",
    "",
    "Hi team,",
    "To whom it may concern:",
)
_ENDINGS = (
    "Regards\n{person}",
    "{person}\nCustomer no. {customer}",
    "Thanks, {person}",
    "Kind regards,\n{person}\n{place}",
    "",
    "Sent from my phone",
    "{person}\n--\nThis message may be confidential.",
)
_FILLERS: dict[str, Sequence[str]] = {
    "time": ("this morning", "last night", "Sunday", "06:30", "the storm"),
    "place": (
        "Harbour Street",
        "Millbrook",
        "the old mill",
        "Castle Hill",
        "Upper Lane 14",
        "Nordend",
    ),
    "weekday": ("Monday", "Wednesday", "Thursday", "Friday"),
    "money": ("£39.90", "£12.50", "£58", "£5", "£79.80"),
    "person": (
        "J. Okafor",
        "Maria Lindqvist",
        "P. Novák",
        "Ravi S.",
        "Anne-Marie Dubois",
        "Mr Whitby",
        "Łucja",
        "Dr. Brandt",
    ),
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """One made-up ticket."""

    opened: datetime
    channel: str
    subject: str
    body: str


def ticket(rng: random.Random, opened: datetime) -> Ticket:
    """Make up a ticket; the time of the next one is the caller's."""
    matter = _matter(rng)
    subjects, facts, wishes = MATTERS[matter]
    channel = pick(rng, CHANNELS)
    facts_used = shuffled(rng, facts)[: 1 + int(rng.random() * 3)]
    wish = pick(rng, wishes) if rng.random() < 0.7 else ""
    text = " ".join(part for part in (*facts_used, wish) if part)
    body = _dressed(rng, channel, text)
    subject = (
        "" if channel in {"Chat", "Phone note"} and rng.random() < 0.5 else pick(rng, subjects)
    )
    return Ticket(opened, channel, _fill(rng, subject), _fill(rng, body))


def _dressed(rng: random.Random, channel: str, text: str) -> str:
    if channel == "Phone note":
        return "Customer rang. " + text.replace("I ", "Customer: I ", 1)
    if channel == "Chat":
        return text.lower().replace(". ", "\n")
    parts = [pick(rng, _GREETINGS), text, pick(rng, _ENDINGS)]
    body = "\n\n".join(part for part in parts if part)
    if rng.random() < 0.12:
        body += "\n\n> On {weekday} support wrote:\n> Thank you. We are looking into it.\n> Closed."
    return body


def next_opening(rng: random.Random, opened: datetime) -> datetime:
    """Return when the next ticket comes in: more by day than by night."""
    later = opened + timedelta(minutes=4 + int(rng.random() * 75))
    return later + timedelta(hours=9) if later.hour >= 22 else later


def _matter(rng: random.Random) -> str:
    place = rng.random() * sum(_WEIGHTS)
    for name, weight in zip(MATTERS, _WEIGHTS, strict=True):
        place -= weight
        if place < 0:
            return name
    return "other"


def _fill(rng: random.Random, text: str) -> str:
    return text.format_map(
        {
            **{name: pick(rng, values) for name, values in _FILLERS.items()},
            "number": str(2 + int(rng.random() * 60)),
            "invoice": f"2026-{1000 + int(rng.random() * 8999)}",
            "customer": f"00{410000 + int(rng.random() * 89999)}",
        }
    )


AGES = ("under 25", "25 to 39", "40 to 59", "60 to 74", "75 and over")

QUESTIONS: dict[str, Sequence[str]] = {
    "What should the town library change first?": (
        "Longer hours on Saturdays",
        "open on sundays please",
        "More quiet desks, the children's corner is next to them",
        "Heating!! I sit there in my coat.",
        "nothing, it is lovely",
        "Newer computers; the ones by the window take ten minutes to start",
        "The toilets",
        "A lift. I cannot manage the stairs to the history room any more.",
        "books in Polish and Ukrainian",
        "Stop the fines for children",
        "more staff - the two ladies cannot do everything",
        "Coffee. Real coffee.",
        "don't know",
        "Please keep the reading group, it is the only thing I go out for on Thursdays.",
        "A drop box outside for returns",
        "Signs. Nobody finds the lending desk the first time",
        "e-books that work on my reader, I have tried three times",
        "The self-service machines are too high for my daughter's wheelchair",
        "more parking, or at least a bus that stops there",
        "manga",
        "Tell people what you have! I learned of the tool lending by chance.",
        "Why ask? You will close it anyway.",
        "the wifi",
        "-",
    ),
    "What do you like about the weekly market?": (
        "The cheese man",
        "Fresh vegetables, and you can buy one carrot if you want one carrot",
        "meeting people",
        "Everything! Have been going for 40 years.",
        "it's cheap",
        "the fish, though it is dearer than it was",
        "I don't go, it is only open when I work",
        "That nobody is in a hurry.",
        "Flowers and bread",
        "local farmers, no plastic",
        "the smell of coffee and rotisserie chicken",
        "nothing really",
        "The old sharpener who does knives while you wait",
        "you can taste before you buy",
        "Kids get a slice of sausage at the butcher's, they love it.",
        "Being outside",
        "cannot say",
        "The band on first Saturdays (but less loud, please)",
        "Prices in the last half hour",
        "seasonal things, you learn what grows when",
        "parking is free that day",
        "Crêpes!",
        "It is the heart of the town. Please leave it in the square.",
    ),
    "Anything else you would like to tell the council?": (
        "no",
        "No.",
        "Street lights in Mill Lane have been out since November.",
        "Thank you for the new playground!",
        "stop building flats nobody can afford",
        "The cycle path ends in a hedge. I mean it, go and look.",
        "Dog mess. Everywhere.",
        "We need a doctor, the practice takes no new patients.",
        "Your letters are impossible to understand; write as people speak.",
        "more benches please, my mother needs to sit down every 200 m",
        "Buses after 8 pm!!",
        "I moved here from Lyon two years ago and feel at home. Merci.",
        "bins are emptied too seldom in summer",
        "all fine",
        "This form is too long",
        "the fireworks frighten the animals, could we do without?",
        "Rent",
        "Speed limit in front of the school is ignored daily, around 8 o'clock.",
        "Well done with the flood barrier.",
        "Why is the swimming pool closed on the only day that pensioners get in for half price?",
        "n/a",
        "I answered in the wrong box: longer library hours.",
        "Plant trees – the square is an oven in July.",
    ),
}


def survey_answer(rng: random.Random, question: str) -> str:
    """Make up an answer: one thought, sometimes two, now and then none."""
    chance = rng.random()
    answers = QUESTIONS[question]
    if chance < 0.04:
        return ""
    if chance < 0.2:
        first, second = shuffled(rng, answers)[:2]
        return f"{first.rstrip('.')}; {second[0].lower()}{second[1:]}"
    return pick(rng, answers)
