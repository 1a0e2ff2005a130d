"""What the pretend shop sells: simple goods, one with sizes and colours, and the odd cases of real catalogues."""

from __future__ import annotations

from typing import Final

import msgspec


class Good(msgspec.Struct, frozen=True, kw_only=True):
    """A product, or a variation of one (`parent`)."""

    id: int
    name: str
    sku: str
    price: str
    """With tax, in the shop's currency."""
    weight: str = ""
    """In the shop's unit; empty where nobody wrote it."""
    parent: int = 0
    attributes: tuple[tuple[str, str], ...] = ()
    reduced_tax: bool = False
    virtual: bool = False
    stock: int | None = None
    hs_code: str = ""
    origin: str = ""
    ean: str = ""


_SIZES: Final = ("S", "M", "L", "XL")
_COLOURS: Final = ("Rosso", "Blu")


def _simple() -> tuple[Good, ...]:
    return (
        Good(id=11, name="Caffè macinato 250 g", sku="CAF-250", price="6.90", weight="0.27", stock=49853),
        Good(id=12, name="Olio EVO «Colline» 0,75 L", sku="OLIO-075", price="14.50", weight="1.25", hs_code="150920",
             origin="IT", ean="8001234567899"),
        Good(id=13, name="Tazza in ceramica", sku="TAZ-01", price="7.50", weight="0.4", stock=49774, hs_code="691200",
             origin="IT"),
        Good(id=14, name="Grembiule da cucina", sku="GREM 01", price="24.90", weight="0.3"),
        Good(id=15, name="Libro: Ricette d’Appennino", sku="LIB-9788812345678", price="18.00", weight="0.65",
             reduced_tax=True, stock=49913),
        Good(id=16, name="Set coltelli", sku="COL/SET-5", price="89.00", weight="1.9"),
        Good(id=17, name="Pasta di Gragnano 500 g", sku="PAS-500", price="2.40", weight="0.5", reduced_tax=True),
        Good(id=18, name="Senza SKU", sku="", price="5.00", weight=""),
        Good(id=19, name='Caramelle & gommose "Mix" <novità>', sku="CAR&MIX", price="3.3333", weight="0.15"),
        Good(id=20, name="Żurek – zupa instant", sku="ZUR-1", price="1.99", weight="0.06"),
        Good(id=21, name="Pentola inox 24 cm", sku="PEN-24", price="49.90", weight="2.4", stock=49790,
             hs_code="732393", origin="DE"),
        Good(id=22, name="Buono regalo (virtuale)", sku="GIFT-25", price="25.00", virtual=True),
    )  # fmt: skip


def _shirts() -> tuple[Good, ...]:
    """Each size and colour; the last one has no number of its own and reports its parent's."""
    parent = Good(
        id=23, name="Maglietta Bottega", sku="MAG", price="19.90", weight="0.2", hs_code="610910", origin="PT"
    )
    kinds = [(size, colour) for size in _SIZES for colour in _COLOURS]
    return (
        parent,
        *(
            Good(
                id=24 + place,
                name=f"{size}, {colour}",
                sku="" if (size, colour) == ("XL", "Blu") else f"MAG-{size}-{colour[0]}",
                price="21.90" if size == "XL" else "19.90",
                weight="0.21" if colour == "Rosso" else "",
                parent=23,
                attributes=(("taglia", size), ("colore", colour)),
            )
            for place, (size, colour) in enumerate(kinds)
        ),
    )


GOODS: Final = {good.id: good for good in (*_simple(), *_shirts())}


def variations(parent: int) -> list[Good]:
    return [good for good in GOODS.values() if good.parent == parent]


def sold() -> list[Good]:
    """What can stand on an order's line: everything but a product that only gathers its variations."""
    parents = {good.parent for good in GOODS.values()}
    return [good for good in GOODS.values() if good.id not in parents]


def sku_of(good: Good) -> str:
    return good.sku or (GOODS[good.parent].sku if good.parent else "")


def weight_of(good: Good) -> str:
    """A variation without a weight has its parent's."""
    return good.weight or (GOODS[good.parent].weight if good.parent else "")


def line_name(good: Good) -> str:
    return f"{GOODS[good.parent].name} - {good.name}" if good.parent else good.name
