"""Composes made-up customer reviews, and the phrases to do it with; every word is our own.

The same seed gives the same reviews on every machine and every Python.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

Phrases = dict[str, Sequence[str]]

FIRST_DAY = date(2026, 1, 5)
DAYS = 84

PRODUCTS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "Linen duvet cover": (
        [
            "Softer than I expected and it washes well.",
            "The buttons are sewn on properly, all nine of them.",
            "Stays cool in August, which is the whole point of linen.",
            "Creases, of course, but that is linen for you.",
        ],
        [
            "Two buttons came off in the first wash.",
            "It sheds blue fluff over everything I own.",
            "The seam opened at one corner after a week.",
            "Scratchy, even after four washes.",
        ],
    ),
    "Cast-iron kettle": (
        [
            "Heavy in the best way.",
            "Boils slowly but keeps the water hot for an hour.",
            "My grandmother had one just like it; this is better.",
            "No rust after two months of daily tea.",
        ],
        [
            "The lid does not sit flush and rattles.",
            "Rust spots inside after the third use.",
            "The handle gets so hot that I need a glove.",
            "Water tastes of metal, whatever I try.",
        ],
    ),
    "Oak side table": (
        [
            "Lovely finish, you can feel the grain.",
            "Put together in ten minutes with the one tool in the box.",
            "Solid. It survived my two boys and a football.",
            "The colour matches the photo exactly.",
        ],
        [
            "One screw was missing and one hole was in the wrong place.",
            "It wobbles on a perfectly flat floor.",
            "This is veneer, not solid oak as the page says.",
            "The varnish is still sticky after a fortnight.",
        ],
    ),
    "Wool throw": (
        [
            "Warm without being heavy.",
            "The cat has claimed it, so I have ordered another.",
            "Beautiful weave, the fringe is knotted by hand.",
            "Does not itch at all.",
        ],
        [
            "Smells of sheep for a week, and not in a nice way.",
            "Pulled threads straight out of the bag.",
            "Itches through a shirt.",
            "It shrank to the size of a tea towel.",
        ],
    ),
    "Ceramic mugs, set of 4": (
        [
            "Exactly like the photos.",
            "They hold a proper amount of coffee.",
            "Dishwasher every day since January, not a mark on them.",
            "The glaze is slightly different on each, which I love.",
        ],
        [
            "Two blue, two slightly green; I ordered four blue.",
            "One arrived with a chip in the rim.",
            "The handle is too small for any finger I have.",
            "Crazing inside after the microwave.",
        ],
    ),
    "Bath mat": (
        [
            "Dries fast and the colour held after ten washes.",
            "Thick, like standing on a lawn.",
            "Fits the odd corner by our shower.",
            "The rubber back grips well.",
        ],
        [
            "Slides on tiles, I nearly fell.",
            "Takes two days to dry and then smells.",
            "Left a grey shadow on the floor.",
            "The edge curls up whatever I do.",
        ],
    ),
    "Desk lamp": (
        [
            "Warm light and a solid base.",
            "The arm stays where you put it.",
            "Three levels of brightness, the lowest is fine for reading in bed.",
            "Hardly uses any power.",
        ],
        [
            "It hums. Quietly, but all evening.",
            "The switch broke in the second week.",
            "Flickers at the lowest level.",
            "The base is so light that the lamp tips over.",
        ],
    ),
    "Garden chair": (
        [
            "Folds flat and weighs next to nothing.",
            "Left it out all winter and it still looks new.",
            "Comfortable enough for a whole evening.",
            "The cushion is included, which I had not noticed.",
        ],
        [
            "The hinge pinches fingers. Please do something about that!",
            "Paint flakes where the arms fold.",
            "Rated for 120 kg; it creaks at 70.",
            "Sagging fabric after one summer.",
        ],
    ),
    "Storage basket": (
        [
            "Holds all the toys, finally.",
            "Stands up by itself even when empty.",
            "Pretty enough to leave in the living room.",
            "The lid actually fits.",
        ],
        [
            "Arrived flattened and never got its shape back.",
            "Splinters everywhere, not for a nursery.",
            "One handle tore out at the first lift.",
            "Smaller than the drawing suggests.",
        ],
    ),
    "Pepper mill": (
        [
            "Grinds fine or coarse, and evenly.",
            "You can refill it without a funnel.",
            "Feels like it will outlive me.",
            "The walnut is gorgeous.",
        ],
        [
            "It jams every third turn.",
            "Leaves a ring of pepper on the table.",
            "The setting slips back to coarse by itself.",
            "Half empty and it already grinds nothing.",
        ],
    ),
}

ENGLISH: Phrases = {
    "delivery good": [
        "Arrived two days early.",
        "The driver waited while I found my glasses.",
        "Well packed, not a scrap of plastic.",
        "Ordered on {weekday}, here on {next_weekday}.",
        "Came on the day they said, to the hour.",
        "Left with my neighbour, as I had asked.",
        "Fast shipping to {town}.",
    ],
    "delivery bad": [
        "The box was crushed and a corner broken off.",
        "Three weeks late and not a word from anyone.",
        "The courier says it was delivered. It was not.",
        "Tracking stood still for {days} days.",
        "They left it in the rain by the bins.",
        "I had to fetch it from a depot {days} miles away.",
        "The parcel held somebody else's order: {other_product}, of all things.",
        "Paid for next-day, got next-week.",
    ],
    "quality good": [
        "You can tell that somebody cared.",
        "Better made than the one from the big store.",
        "Still like new after {months} months.",
        "No complaints about the workmanship.",
        "Feels expensive.",
        "I have looked for a fault and found none.",
        "Third one I buy. The whole family wants one now.",
    ],
    "quality bad": [
        "Looks cheap close up.",
        "It broke after {days} days of normal use.",
        "Not what I call quality.",
        "Ordered {colour}, got {other_colour}.",
        "It will be in the bin by summer.",
        "The photos flatter it, a lot.",
        "I have had better from a petrol station.",
        "Glue everywhere, as if a child had made it.",
    ],
    "price good": [
        "For {price} you cannot go wrong.",
        "Worth every penny.",
        "Cheaper than I feared.",
        "Got it in the sale for {price}, a bargain.",
        "I would have paid more, don't tell them.",
    ],
    "price bad": [
        "{price} is a joke for this.",
        "Far too dear for what it is.",
        "A week later it was {price} less. Thanks a lot.",
        "You pay for the name.",
        "Shipping cost nearly as much as the thing itself.",
        "I was charged twice and am still waiting for {price} back.",
    ],
    "size good": [
        "Fits perfectly.",
        "The measurements on the page are right, I checked with a tape.",
        "Just the right size for us.",
        "Bigger than I thought, happily.",
    ],
    "size bad": [
        "Nice, but your large is what others call small.",
        "{days} cm too short.",
        "Much smaller than in the pictures.",
        "Does not fit, although I measured twice.",
        "The size chart is for another planet.",
        "Too wide for the alcove by a finger.",
    ],
    "service good": [
        "{person} from support answered within the hour.",
        "They sent a new one without any fuss.",
        "Refund came the next day.",
        "I rang, a human picked up. Imagine!",
        "Kind and patient on the phone.",
    ],
    "service bad": [
        "Nobody answers e-mails.",
        "I have written four times since {weekday}. Silence.",
        '"We are sorry for the inconvenience" is all they can say.',
        "The chat is a robot that knows three sentences.",
        "They want me to pay for the return of their own mistake.",
        "Can somebody PLEASE call me back? Order {order}.",
        "{person} promised a refund on {weekday}; nothing so far.",
    ],
    "open good": [
        "Very pleased.",
        "Love it!",
        "What a find.",
        "",
        "",
        "",
        "Bought this for my mother.",
        "Ok so, I was sceptical.",
        "Second review after {months} months:",
        "Gift for a friend, who is delighted.",
        "Just what we needed",
    ],
    "open bad": [
        "Disappointed.",
        "Oh dear.",
        "Where do I start?",
        "",
        "",
        "",
        "I wanted to like it.",
        "Never again.",
        "Sadly I have to warn you.",
        "Returned it.",
        "Hmm.",
    ],
    "open mixed": [
        "Mixed feelings.",
        "It is all right.",
        "",
        "",
        "Good and bad.",
        "Three stars, and here is why.",
        "Fine, with a but.",
        "Not sure what to think.",
    ],
    "close good": [
        "Would buy again.",
        "Recommended.",
        "Thank you!",
        "",
        "",
        "",
        "",
        "10/10",
        "👍",
        "😍",
        "Five stars from all of us.",
        "Now please make it in {colour}.",
    ],
    "close bad": [
        "Avoid.",
        "I want my money back.",
        "",
        "",
        "",
        "",
        "👎",
        "😡",
        "One star because zero is not possible.",
        "Please get in touch.",
        "Shame.",
        "How do I return this?",
    ],
    "close mixed": [
        "",
        "",
        "",
        "Might keep it.",
        "Could be worse.",
        "🤷",
        "Would I buy it again? Perhaps.",
        "We shall see.",
    ],
    "short good": [
        "Good",
        "great!!",
        "Perfect.",
        "as described",
        "Nice",
        "👍👍",
        "love it",
        "Lovely, thank you",
    ],
    "short bad": [
        "Broken.",
        "no",
        "Rubbish",
        "Sent back",
        "bad quality",
        "NEVER ARRIVED",
        "meh",
        "wrong colour",
    ],
    "short mixed": ["ok", "It's fine.", "average", "so so", "does the job", "n/a", "-"],
}

GERMAN: Phrases = {
    "delivery good": [
        "Kam zwei Tage früher als angekündigt.",
        "Super verpackt, ganz ohne Plastik.",
        "Schnelle Lieferung nach {town}.",
    ],
    "delivery bad": [
        "Das Paket war völlig zerdrückt.",
        "Drei Wochen gewartet; keiner weiß, wo es steckt.",
        "Laut Sendungsverfolgung zugestellt, bei mir ist nichts angekommen.",
        "Beim Nachbarn abgegeben, ohne Zettel.",
    ],
    "quality good": [
        "Sehr schön verarbeitet.",
        "Macht einen hochwertigen Eindruck.",
        "Auch nach {months} Monaten wie neu.",
    ],
    "quality bad": [
        "Nach {days} Tagen kaputt.",
        "Die Farbe stimmt nicht mit dem Bild überein.",
        "Riecht stark nach Chemie.",
        "Billig verarbeitet, schade.",
    ],
    "price good": ["Für {price} wirklich günstig.", "Preis und Leistung stimmen."],
    "price bad": [
        "Für {price} viel zu teuer.",
        "Eine Woche später war es {price} billiger. Ärgerlich!",
    ],
    "size good": ["Passt genau.", "Die Maße stimmen, ich habe nachgemessen."],
    "size bad": ["Leider {days} cm zu kurz.", "Viel kleiner als auf dem Foto."],
    "service good": [
        "Frau Özdemir vom Kundendienst war sehr freundlich.",
        "Ersatz kam sofort, ohne Rückfragen.",
    ],
    "service bad": [
        "Auf E-Mails antwortet niemand.",
        "Seit {weekday_de} warte ich auf einen Rückruf. Bestellung {order}.",
        "Die Rücksendung soll ich selbst bezahlen?",
    ],
    "open good": ["Bin begeistert!", "", "Tolles Teil.", "War ein Geschenk."],
    "open bad": ["Enttäuschend.", "", "Leider nein.", "Ich hätte es gern gemocht."],
    "open mixed": ["Geht so.", "", "Gemischte Gefühle."],
    "close good": ["Gerne wieder.", "", "Klare Empfehlung!"],
    "close bad": ["Nie wieder.", "", "Bitte melden Sie sich."],
    "close mixed": ["", "Mal sehen."],
    "short good": ["Top!", "Alles bestens", "sehr schön"],
    "short bad": ["Schrott", "nicht angekommen"],
    "short mixed": ["ok", "geht so"],
}

FRENCH: Phrases = {
    "delivery good": [
        "Livré avec deux jours d'avance.",
        "Très bien emballé.",
        "Commande reçue à {town} en un clin d'œil.",
    ],
    "delivery bad": [
        "Le colis est arrivé tout écrasé.",
        "Trois semaines de retard, aucune nouvelle.",
        "Le livreur a laissé le carton sous la pluie.",
    ],
    "quality good": [
        "Très belle finition.",
        "Même couleur que sur la photo.",
        "Comme neuf après {months} mois.",
    ],
    "quality bad": [
        "Belle finition, mais une vis manquait.",
        "Cassé au bout de {days} jours.",
        "La couleur n'a rien à voir avec la photo.",
    ],
    "price good": ["À {price}, c'est une affaire.", "Bon rapport qualité-prix."],
    "price bad": ["Pas à la hauteur du prix demandé.", "{price} pour ça, c'est exagéré."],
    "size good": ["La taille est parfaite.", "Les dimensions sont exactes."],
    "size bad": ["Beaucoup plus petit que prévu.", "Trop court de {days} cm."],
    "service good": [
        "Le service client a répondu tout de suite.",
        "Échange sans discussion, merci à Élodie.",
    ],
    "service bad": [
        "Personne ne répond à mes messages.",
        "J'attends toujours le remboursement de la commande {order}.",
    ],
    "open good": ["Ravie de mon achat.", "", "Coup de cœur !"],
    "open bad": ["Déçu.", "", "Dommage…"],
    "open mixed": ["Mitigé.", ""],
    "close good": ["Je recommande.", "", "Merci !"],
    "close bad": ["À éviter.", "", "Je veux être remboursée."],
    "close mixed": ["", "À voir."],
    "short good": ["Parfait", "très bien"],
    "short bad": ["Nul", "jamais reçu"],
    "short mixed": ["bof", "correct"],
}

SPANISH: Phrases = {
    "delivery good": ["Llegó antes de lo previsto.", "Muy bien embalado."],
    "delivery bad": [
        "La caja llegó rota.",
        "Lleva tres semanas de retraso y nadie contesta.",
        "El repartidor lo dejó en otra calle.",
    ],
    "quality good": [
        "El diseño es bonito y el acabado también.",
        "Sigue como nuevo después de {months} meses.",
    ],
    "quality bad": [
        "El diseño es bonito, el botón no.",
        "Se rompió a los {days} días.",
        "La tapa no encaja.",
    ],
    "price good": ["Por {price} merece la pena."],
    "price bad": ["Demasiado caro: {price}.", "Me cobraron dos veces."],
    "size good": ["El tamaño es perfecto."],
    "size bad": ["En el baño pequeño no cabe.", "Es más pequeño que en la foto."],
    "service good": ["Begoña, de atención al cliente, lo resolvió en un día."],
    "service bad": ["¿Alguien me puede llamar? Pedido {order}.", "No responden a los correos."],
    "open good": ["¡Encantada!", ""],
    "open bad": ["Decepcionante.", ""],
    "open mixed": ["Regular.", ""],
    "close good": ["Lo recomiendo.", ""],
    "close bad": ["No lo compren.", ""],
    "close mixed": [""],
    "short good": ["Perfecto", "¡genial!"],
    "short bad": ["Malo", "no llegó"],
    "short mixed": ["normal"],
}

ITALIAN: Phrases = {
    "delivery good": ["Consegna velocissima."],
    "delivery bad": ["Il pacco è arrivato aperto.", "Aspetto da {days} giorni."],
    "quality good": [
        "Il tessuto è bello e la fattura è ottima.",
        "Dopo {months} mesi è ancora perfetto.",
    ],
    "quality bad": [
        "Si è rotto dopo {days} giorni.",
        "Il colore è diverso dalla foto, che è più scura.",
    ],
    "price good": ["A {price} è un affare."],
    "price bad": ["{price} è troppo per questa qualità."],
    "size good": ["La misura è giusta."],
    "size bad": ["È più piccolo di quanto pensassi."],
    "service good": ["Assistenza gentile, grazie Niccolò."],
    "service bad": ["Nessuno risponde al telefono. Ordine {order}."],
    "open good": ["Bellissimo!", ""],
    "open bad": ["Peccato.", ""],
    "open mixed": ["Così così.", ""],
    "close good": ["Lo ricomprerei.", ""],
    "close bad": ["Vorrei restituirlo.", ""],
    "close mixed": [""],
    "short good": ["Ottimo"],
    "short bad": ["Pessimo"],
    "short mixed": ["va bene"],
}

DUTCH: Phrases = {
    "delivery good": ["Een dag eerder in huis dan beloofd."],
    "delivery bad": ["Doos kapot, inhoud ook.", "Al {days} dagen onderweg."],
    "quality good": ["Mooi afgewerkt en stevig."],
    "quality bad": ["Na {days} dagen al stuk.", "De kleur wijkt af van de foto."],
    "price good": ["Voor {price} prima."],
    "price bad": ["Veel te duur voor wat het is."],
    "size good": ["Past precies."],
    "size bad": ["Kleiner dan gedacht."],
    "service good": ["Netjes geholpen door {person}."],
    "service bad": ["Niemand neemt op. Bestelling {order}."],
    "open good": ["Blij mee!", ""],
    "open bad": ["Jammer.", ""],
    "open mixed": ["Gaat wel.", ""],
    "close good": ["Aanrader.", ""],
    "close bad": ["Geld terug graag.", ""],
    "close mixed": [""],
    "short good": ["Top"],
    "short bad": ["Slecht"],
    "short mixed": ["mwah"],
}

POLISH: Phrases = {
    "delivery good": ["Przesyłka dotarła bardzo szybko."],
    "delivery bad": ["Paczka przyszła zgnieciona.", "Czekam już {days} dni."],
    "quality good": ["Porządnie wykonane, świetna jakość."],
    "quality bad": ["Zepsuło się po {days} dniach.", "Kolor inny niż na zdjęciu."],
    "price good": ["Za {price} naprawdę warto."],
    "price bad": ["Za drogo jak na taką jakość."],
    "size good": ["Rozmiar idealny."],
    "size bad": ["Mniejsze, niż myślałam."],
    "service good": ["Obsługa odpisała w godzinę, dziękuję!"],
    "service bad": ["Proszę o zwrot pieniędzy, zamówienie {order}."],
    "open good": ["Jestem zachwycona.", ""],
    "open bad": ["Niestety rozczarowanie.", ""],
    "open mixed": ["Może być.", ""],
    "close good": ["Polecam.", ""],
    "close bad": ["Nie polecam.", ""],
    "close mixed": [""],
    "short good": ["Super"],
    "short bad": ["Źle"],
    "short mixed": ["takie sobie"],
}

JAPANESE: Phrases = {
    "delivery good": ["予定より早く届きました。"],
    "delivery bad": ["箱がつぶれていました。", "{days}日たっても届きません。"],
    "quality good": ["作りがとても丁寧です。", "写真どおりの色でした。"],
    "quality bad": ["{days}日で壊れました。", "色が写真とちがいます。"],
    "price good": ["この値段なら満足です。"],
    "price bad": ["値段が高すぎます。"],
    "size good": ["サイズはぴったりです。"],
    "size bad": ["思ったより小さいです。"],
    "service good": ["問い合わせにすぐ返事をもらえました。"],
    "service bad": ["返品したいのですが、返事がありません。注文番号 {order}"],
    "open good": ["買ってよかった。", ""],
    "open bad": ["残念です。", ""],
    "open mixed": ["まあまあです。", ""],
    "close good": ["また買います。", ""],
    "close bad": ["返金をお願いします。", ""],
    "close mixed": [""],
    "short good": ["最高"],
    "short bad": ["不良品"],
    "short mixed": ["普通"],
}

COUNTRIES: dict[str, tuple[int, Phrases]] = {
    "GB": (24, ENGLISH),
    "US": (22, ENGLISH),
    "IE": (4, ENGLISH),
    "DE": (14, GERMAN),
    "AT": (3, GERMAN),
    "FR": (10, FRENCH),
    "ES": (8, SPANISH),
    "IT": (5, ITALIAN),
    "NL": (5, DUTCH),
    "PL": (3, POLISH),
    "JP": (2, JAPANESE),
}

TOPICS = ("delivery", "quality", "price", "size", "service")
_STARS = (1, 2, 3, 4, 5)
_STAR_WEIGHTS = (15, 12, 17, 24, 32)

_FILLERS: dict[str, Sequence[str]] = {
    "weekday": ("Monday", "Tuesday", "Thursday", "Friday"),
    "next_weekday": ("Wednesday", "Saturday", "the next morning"),
    "weekday_de": ("Montag", "Dienstag", "Donnerstag"),
    "town": ("Leeds", "Köln", "Portland", "Galway", "Graz", "Lyon", "Åre", "Boise"),
    "colour": ("grey", "sage green", "navy", "white", "rust", "mustard"),
    "other_colour": ("brown", "something like pink", "black", "a sad beige"),
    "person": ("Priya", "Tom", "Aoife", "Marcus", "Mrs O'Neill", "Sanne", "Yusuf"),
}


_PRICES: dict[str, Sequence[str]] = {
    "GB": ("£24", "£7.50", "£119", "£19.99"),
    "US": ("$35", "$18.95", "$120", "$9"),
    "PL": ("89 zł", "249 zł"),
    "JP": ("3,900円", "12,000円"),
    "": ("19,90 €", "€80", "45 Euro", "€49,95", "12 €"),
}


@dataclass(frozen=True, slots=True)
class Review:
    """One made-up review."""

    product: str
    country: str
    stars: int
    text: str
    posted_on: str


def compose(rng: random.Random) -> Review:
    """Make up the next review."""
    country = _weighted(rng, list(COUNTRIES), [weight for weight, _ in COUNTRIES.values()])
    phrases = COUNTRIES[country][1]
    # Some people write in English wherever they live.
    if rng.random() < 0.25:
        phrases = ENGLISH
    product = pick(rng, list(PRODUCTS))
    stars = int(_weighted(rng, _STARS, _STAR_WEIGHTS))
    posted = FIRST_DAY + timedelta(days=int(rng.random() * DAYS))
    text = _fill(rng, _text(rng, product, stars, phrases), product, country)
    return Review(product, country, stars, _typed(rng, text), posted.isoformat())


def _text(rng: random.Random, product: str, stars: int, phrases: Phrases) -> str:
    chance = rng.random()
    mood = "good" if stars > 3 else "bad" if stars < 3 else "mixed"
    if chance < 0.015:
        return ""
    if chance < 0.07:
        return pick(rng, phrases[f"short {mood}"])
    if chance > 0.965 and phrases is ENGLISH:
        return _long(rng, product, stars)
    sentences = [pick(rng, phrases[f"open {mood}"]), *_middle(rng, product, stars, phrases)]
    sentences.append(pick(rng, phrases[f"close {mood}"]))
    return _join(sentences, phrases)


def _middle(rng: random.Random, product: str, stars: int, phrases: Phrases) -> list[str]:
    moods = {1: "bbb", 2: "bbg", 3: "bgg", 4: "ggb", 5: "ggg"}[stars]
    count = 1 + int(rng.random() * 3)
    sentences: list[str] = []
    for topic, letter in zip(shuffled(rng, TOPICS)[:count], shuffled(rng, moods), strict=False):
        mood = "good" if letter == "g" else "bad"
        own = PRODUCTS[product][0 if mood == "good" else 1]
        use_own = phrases is ENGLISH and topic == "quality" and rng.random() < 0.8
        sentences.append(pick(rng, own if use_own else phrases[f"{topic} {mood}"]))
    return sentences


def _long(rng: random.Random, product: str, stars: int) -> str:
    """Write a review in paragraphs, with lists and asides, as some people do."""
    good, bad = PRODUCTS[product]
    paragraphs = [
        f"Long review, sorry. I have used the {product.lower()} daily for {{months}} months.",
        "Pros:\n" + "\n".join(f"- {text}" for text in shuffled(rng, good)[:3]),
        "Cons:\n" + "\n".join(f"- {text}" for text in shuffled(rng, bad)[: 4 - stars // 2]),
        " ".join(
            pick(rng, ENGLISH[f"{topic} {mood}"]) for topic in TOPICS for mood in ("good", "bad")
        ),
        'My partner says: "You wanted it, you keep it." Fair enough; but would I order it again? '
        + pick(rng, ENGLISH["close good" if stars > 3 else "close bad"]),
        "Edit: " + pick(rng, ENGLISH["service good" if stars > 3 else "service bad"]),
    ]
    return "\n\n".join(paragraphs[: 4 + int(rng.random() * 3)])


def _join(sentences: list[str], phrases: Phrases) -> str:
    gap = "" if phrases is JAPANESE else " "
    return gap.join(sentence for sentence in sentences if sentence)


def _fill(rng: random.Random, text: str, product: str, country: str) -> str:
    fillers = {name: pick(rng, values) for name, values in _FILLERS.items()}
    others = [other.lower() for other in PRODUCTS if other != product]
    return text.format_map(
        {
            **fillers,
            "price": pick(rng, _PRICES.get(country, _PRICES[""])),
            "other_product": pick(rng, others),
            "days": str(2 + int(rng.random() * 12)),
            "months": str(2 + int(rng.random() * 7)),
            "order": f"#{40000 + int(rng.random() * 9999)}",
        }
    )


def _typed(rng: random.Random, text: str) -> str:
    """Let some people type carelessly."""
    chance = rng.random()
    if chance < 0.05:
        return text.lower().rstrip(".")
    if chance < 0.07:
        return text.upper()
    if chance < 0.11:
        return text.replace(". ", "\n")
    if chance < 0.14:
        return text.replace("the ", "teh ", 1).replace(". ", " .. ")
    return text


def pick(rng: random.Random, values: Sequence[str]) -> str:
    """Take one of the values by chance."""
    # Only random() is promised to give the same numbers in every version of Python.
    return values[int(rng.random() * len(values))]


def shuffled(rng: random.Random, values: Sequence[str]) -> list[str]:
    """Return the values in an order of chance."""
    return [value for _, value in sorted((rng.random(), value) for value in values)]


def _weighted(rng: random.Random, values: Sequence[str | int], weights: Sequence[int]) -> str:
    place = rng.random() * sum(weights)
    for value, weight in zip(values, weights, strict=True):
        place -= weight
        if place < 0:
            return str(value)
    return str(values[-1])
