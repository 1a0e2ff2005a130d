"""People who buy: made up, with the names and addresses that trip software up."""

from __future__ import annotations

from random import Random
from typing import Final

from varco.sandbox.orders import Billing, Shipping

_FIRST: Final = {
    "IT": "Giulia Niccolò Chiara Andrea Sofia Lorenzo Aurora Matteo Eleonora Tommaso Noemi Raffaele Ludovica Gioele",
    "DE": "Jürgen Anke Björn Käthe Lukas Heike Matthias Sabine Jörg Ulrike Felix Wiebke",
    "FR": "Zoé François Hélène Benoît Chloé Gaël Anaïs Loïc Maëlys Étienne Margaux Rémi",
    "PL": "Łukasz Agnieszka Zbigniew Małgorzata Paweł Żaneta Wojciech Kinga Stanisław Grażyna",
}
_LAST: Final = {
    "IT": "Ferrari|D’Agostino|Esposito|De Luca|Bianchi|Dell’Orto|Russo|Lo Presti|Colombo|Sanfilippo|Marchetti",
    "DE": "Müller|Groß|Schröder|von der Heide|Weiß|Jäger|Köhler|Bäumler|Schmidt-Lützow|Hoffmann",
    "FR": "Lefèvre|Dupont|d’Ormesson|Le Goff|Bérenger|Garçon|Moreau|Saint-Exupéry|Fontaine|Noël",
    "PL": "Wiśniewski|Kowalczyk|Dąbrowska|Szczęsny|Źrebiec|Nowak|Wójcik|Łuczak|Gołąb|Jędrzejczak",
}
_STREETS: Final = {
    "IT": "Via Garibaldi|C.so Umberto I,|Via dell’Àncora|Piazza San Carlo|Vicolo del Cinque|Viale dell’Università",
    "DE": "Königstraße|Am Alten Markt|Schloßallee|Große Bleichen|Münchner Straße|Bürgermeister-Smidt-Straße",
    "FR": "rue de l’Église|avenue Général Leclerc|bd Saint-Michel|place d’Armes|chemin des Vignes|rue du Fbg St-Honoré",
    "PL": "ul. Świętokrzyska|ul. Mickiewicza|al. Jana Pawła II|ul. Żółkiewskiego|pl. Wolności|ul. Długa",
}
_CITIES: Final = {
    "IT": "Milano,MI,20121|Napoli,NA,80138|Bolzano / Bozen,BZ,39100|L’Aquila,AQ,67100|Forlì,FC,47121|Lecce,LE,73100",
    "DE": "Stuttgart,,70173|München,,80331|Köln,,50667|Lübeck,,23552|Görlitz,,02826|Berlin,,10115",
    "FR": "Paris,,75008|Besançon,,25000|Saint-Étienne,,42000|Nîmes,,30000|Orléans,,45000|Strasbourg,,67000",
    "PL": "Łódź,,90-001|Kraków,,31-042|Gdańsk,,80-831|Poznań,,61-772|Wrocław,,50-107|Białystok,,15-062",
}
_PHONES: Final = {"IT": "+39 333 {:07d}", "DE": "+49 711 {:06d}", "FR": "+33 6 {:08d}", "PL": "+48 601 {:06d}"}
_COMPANIES: Final = {"IT": "{} & Figli S.r.l.", "DE": "{} GmbH", "FR": "Établissements {}", "PL": "{} Sp. z o.o."}
_COUNTRIES: Final = ("IT",) * 6 + ("DE",) * 2 + ("FR", "PL")


def somebody(random: Random, place: int) -> Billing:
    """A customer; `place` makes the mail address one of a kind."""
    country = random.choice(_COUNTRIES)
    first = random.choice(_FIRST[country].split())
    last = random.choice(_LAST[country].split("|"))
    city, state, postcode = random.choice(_CITIES[country].split("|")).split(",")
    return Billing(
        first_name=first,
        last_name=last,
        company=_COMPANIES[country].format(last) if random.random() < 0.15 else "",
        address_1=_street(random, country),
        address_2=random.choice(("int. 3", "Scala A", "3. OG", "c/o Rossi")) if random.random() < 0.2 else "",
        city=city,
        state=state,
        postcode=postcode,
        country=country,
        email=f"cliente{place}@example.test",
        phone=_PHONES[country].format(random.randrange(1_000_000)) if random.random() < 0.8 else "",
    )


def _street(random: Random, country: str) -> str:
    street, number = random.choice(_STREETS[country].split("|")), random.randrange(1, 180)
    return f"{number}, {street}" if country == "FR" else f"{street} {number}"


def lives_at(billing: Billing) -> Shipping:
    """Sent to where the bill goes."""
    return Shipping(
        first_name=billing.first_name,
        last_name=billing.last_name,
        company=billing.company,
        address_1=billing.address_1,
        address_2=billing.address_2,
        city=billing.city,
        state=billing.state,
        postcode=billing.postcode,
        country=billing.country,
        phone=billing.phone,
    )
