#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""vCards, as telephones, webmail and khard have them, into a book and out of it.

Usage: vcard.py import [FILE]...  vCards of version 2.1 to 4.0 into requests, for `addbook raw`
       vcard.py export [FOLDER]   the lines of `addbook list -f jsonl` into vCards 3.0, in FOLDER a file each

Needs Debian's python3-vobject. A card whose name is in the book already is refused there (`new`, not `add`). A street
that begins with a number comes apart into the two fields; an entry's other numbers come back as a part of the street.
"""

from __future__ import annotations

import json
import os
import re
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import TextIO

import vobject

# What a property of a vCard is called in a book. A type, `TYPE=work`, becomes `email.work`; what is not here, `x-...`.
LABELS = {
    "EMAIL": "email",
    "TEL": "phone",
    "ORG": "org",
    "TITLE": "title",
    "NOTE": "note",
    "BDAY": "birthday",
    "URL": "url",
    "NICKNAME": "nick",
    "CATEGORIES": "tag",
    "UID": "uid",
}
PROPERTIES = {label: name for name, label in LABELS.items()}
# Of no use in a book, or told by the name and the address.
PASSED_OVER = {"VERSION", "PRODID", "REV", "N", "FN", "ADR"}
NOT_TEXT = {"PHOTO", "LOGO", "SOUND", "KEY"}
# Types that say nothing which a label should.
PLAIN_TYPES = {"internet", "voice", "pref", "msg", "x400"}
# Properties of RFC 6350 that a book keeps under `x-...`.
STANDARD = {"ANNIVERSARY", "GENDER", "GEO", "IMPP", "KIND", "LANG", "RELATED", "ROLE", "TZ"}

FIELD_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t", ",": r"\,"})
OTHER_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

# What was left out, by name: told at the end.
left_out: Counter[str] = Counter()


def complain(text: str) -> None:
    print(f"vcard.py: {text}", file=sys.stderr)


def escaped(text: str) -> str:
    return OTHER_CONTROLS.sub(" ", text.strip()).translate(FIELD_ESCAPES)


def cards_in(text: str) -> Iterator[tuple[int, str]]:
    """Cuts a file into cards, each with the number of its first line, so that a bad one costs no other."""
    card: list[str] = []
    begin = 0
    for number, line in enumerate(re.split(r"\r?\n|\r", text), 1):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            if card:
                yield begin, "\n".join(card)  # it has no end
            card, begin = [], number
        elif not card:
            continue
        card.append(line)
        if word == "END:VCARD":
            yield begin, "\n".join(card) + "\n"
            card = []
    if card:
        yield begin, "\n".join(card)


def words(value: object) -> str:
    """The text of a value, which vobject has as a string, a list, or an object of some parts."""
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, map(words, value)))
    if isinstance(value, vobject.vcard.Address):
        parts = (value.box, value.extended, value.street, value.city, value.region, value.code, value.country)
        return ", ".join(filter(None, map(words, parts)))
    return str(value).strip()


def value_of(line: vobject.base.ContentLine) -> str:
    value = words(line.value)
    if line.name == "BDAY" and "X-APPLE-OMIT-YEAR" in line.params:
        return "-" + value[4:]  # `--07-04`: the year is made up
    return value.removeprefix("tel:") if line.name == "TEL" else value


def types(line: vobject.base.ContentLine) -> list[str]:
    """The types of a property in small letters; vCard 2.1 has them without `TYPE=`."""
    named = [kind for value in line.params.get("TYPE", []) for kind in value.split(",")]
    if line.params.get("PREF") == ["1"]:
        named.append("pref")
    return [kind.lower() for kind in named + line.singletonparams]


def label_of(line: vobject.base.ContentLine, base: str) -> str:
    kinds = [kind.removeprefix("x-") for kind in types(line) if kind not in PLAIN_TYPES]
    kind = next((kind for kind in kinds if re.fullmatch(r"[a-z][a-z0-9-]*", kind)), None)
    return f"{base}.{kind}" if kind and base in ("email", "phone", "url", "x-adr") else base


def preferred(lines: list[vobject.base.ContentLine]) -> vobject.base.ContentLine | None:
    return next((line for line in lines if "pref" in types(line)), lines[0] if lines else None)


def name_of(card: vobject.base.Component) -> str:
    if "fn" in card.contents and words(card.fn.value):
        return words(card.fn.value)
    if "n" in card.contents:
        name = card.n.value
        full = " ".join(filter(None, map(words, (name.prefix, name.given, name.additional, name.family, name.suffix))))
        if full:
            return full
    return next((words(card.contents[key][0].value) for key in ("org", "nickname", "email") if key in card.contents), "")


def request(card: vobject.base.Component) -> str:
    """The request that adds a card: its preferred address and telephone in the four fields, all else under labels."""
    name = name_of(card)
    if not name:
        raise ValueError("a card without a name")
    home = preferred(card.contents.get("adr", []))
    phone = preferred(card.contents.get("tel", []))
    number, street, town = "", "", ""
    labelled: list[tuple[str, str]] = []
    if home:
        address = home.value
        street = words([address.box, address.extended, address.street])
        if numbered := re.fullmatch(r"(\d[\w/-]*) (.+)", street, re.DOTALL):
            number, street = numbered.groups()
        town = words(address.city)
        labelled += [
            ("region", words(address.region)),
            ("postcode", words(address.code)),
            ("country", words(address.country)),
        ]
    for line in card.getChildren():
        if line is home or line is phone:
            continue
        if line.name == "ADR":
            labelled.append((label_of(line, "x-adr"), words(line.value)))
        elif line.name == "CATEGORIES":
            labelled += [("tag", words(tag)) for tag in line.value]
        elif line.name in LABELS:
            labelled.append((label_of(line, LABELS[line.name]), value_of(line)))
        elif line.name in NOT_TEXT or line.name.startswith("X-AB") or isinstance(line.value, bytes):
            left_out[line.name] += 1
        elif line.name not in PASSED_OVER:
            labelled.append(("x-" + line.name.lower().removeprefix("x-"), words(line.value)))
    fields = [number, street, town, value_of(phone) if phone else ""]
    fields += [f"{label}={value}" for label, value in labelled if value]
    # In a name a colon may stand for itself.
    return "new:" + ",".join(map(escaped, [name, *fields]))


def import_cards(name: str, file: TextIO) -> int:
    status = 0
    for number, text in cards_in(file.read()):
        try:
            if any("\udc80" <= character <= "\udcff" for character in text):
                raise ValueError("not UTF-8")
            line = request(vobject.readOne(text, allowQP=True))
        except Exception as error:  # vobject has no one kind of its own for what it can't read
            complain(f"{name}:{number}: {error}")
            status = 2
        else:
            print(line)
    return status


def property_of(label: str) -> str:
    """What a label is called in a vCard; a field without one is a note."""
    name = label.removeprefix("x-").upper()
    return PROPERTIES.get(label) or ("NOTE" if not label else name if name in STANDARD else "X-" + name)


def card_of(entry: dict[str, str | list[str]]) -> vobject.base.Component:
    card = vobject.vCard()
    name = str(entry["name"])
    family, comma, given = name.partition(", ")
    if not comma:
        given, _, family = name.rpartition(" ")
    card.add("n").value = vobject.vcard.Name(family=family, given=given)
    card.add("fn").value = name
    region, code, country = ((entry.get(label) or [""])[0] for label in ("region", "postcode", "country"))
    street = f"{entry['number']} {entry['street']}".strip()
    if street or entry["town"] or region or code or country:
        address = vobject.vcard.Address(street=street, city=entry["town"], region=region, code=code, country=country)
        card.add("adr").value = address
    if entry["phone"]:
        card.add("tel").value = entry["phone"]
    for label, values in entry.items():
        if not isinstance(values, list) or label in ("region", "postcode", "country"):
            continue
        base, _, kind = label.partition(".")
        if base == "tag":
            card.add("categories").value = values
            continue
        for value in values[:1] if base == "uid" else values:
            line = card.add(property_of(base).lower())
            line.value = [value] if base == "org" else value
            if kind:
                line.type_param = kind
    if "uid" not in card.contents:
        card.add("uid").value = uuid.uuid5(uuid.NAMESPACE_URL, "addbook:" + name).urn
    return card


def export_cards(file: TextIO, folder: str | None) -> None:
    for line in file:
        card = card_of(json.loads(line))
        text = card.serialize()
        if folder is None:
            sys.stdout.write(text)
        else:
            path = os.path.join(folder, f"{uuid.uuid5(uuid.NAMESPACE_URL, card.uid.value)}.vcf")
            with open(path, "w", encoding="utf-8", newline="") as out:
                out.write(text)


def main(arguments: list[str]) -> int:
    as_read = {"encoding": "utf-8-sig", "errors": "surrogateescape", "newline": ""}  # other bytes are told by the card
    sys.stdin.reconfigure(**as_read)  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    status = 0
    if arguments[:1] == ["import"]:
        for path in arguments[1:]:
            with open(path, **as_read) as file:
                status = max(status, import_cards(path, file))
        if not arguments[1:]:
            status = import_cards("standard input", sys.stdin)
        if left_out:
            complain("left out: " + ", ".join(f"{name} ({number})" for name, number in sorted(left_out.items())))
    elif arguments[:1] == ["export"] and len(arguments) <= 2:
        export_cards(sys.stdin, arguments[1] if arguments[1:] else None)
    else:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    sys.stdout.flush()
    return status


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BrokenPipeError:
        sys.stdout = None  # type: ignore[assignment] # nothing is left to be flushed
    except OSError as error:
        complain(f"{error.filename or 'standard output'}: {error.strerror}")
        sys.exit(2)
    except ValueError as error:
        complain(f"standard input: {error}")
        sys.exit(2)
