#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests the checker of histories: hand-written histories, good and bad, and small random ones against brute force.

    selftest.py CHECK [ROUNDS]

Each history has a name of its own, so that one run of CHECK --each judges all of them.
"""

import itertools
import random
import subprocess
import sys

OK, BAD = True, False

# A title, the verdict, and a line per operation: invoked, responded, what, result.
CASES = [
    ("nothing was there", OK, ["0 1 fnd -", "2 3 rem no"]),
    ("one after the other", OK, ["0 1 add a ok", "2 3 fnd a", "4 5 rem yes", "6 7 fnd -"]),
    ("a value from nowhere", BAD, ["0 1 fnd a"]),
    ("a removal of nothing", BAD, ["0 1 rem yes"]),
    ("a lost add", BAD, ["0 1 add a ok", "2 3 fnd -"]),
    ("a lost add, by a removal", BAD, ["0 1 add a ok", "2 3 rem no"]),
    ("a removal that did not last", BAD, ["0 1 add a ok", "2 3 rem yes", "4 5 fnd a"]),
    ("one add removed twice", BAD, ["0 1 add a ok", "2 5 rem yes", "3 4 rem yes"]),
    ("a stale value", BAD, ["0 1 add a ok", "2 3 add b ok", "4 5 fnd a"]),
    ("a stale value, meanwhile", OK, ["0 1 add a ok", "2 5 add b ok", "3 4 fnd a", "6 7 fnd b"]),
    ("there, gone, and there again", BAD, ["0 9 add a ok", "1 2 fnd a", "3 4 fnd -", "5 6 fnd a"]),
    ("back to the old value", BAD, ["0 1 add a ok", "2 9 add b ok", "3 4 fnd b", "5 6 fnd a"]),
    ("two that disagree on the order", BAD, ["0 5 add a ok", "0 5 add b ok", "6 7 fnd a", "8 9 fnd b"]),
    ("two adds in either order", OK, ["0 5 add a ok", "1 4 add b ok", "6 7 fnd a"]),
    ("seen before the add is acknowledged", OK, ["0 9 add a ok", "1 2 fnd a", "3 4 fnd a"]),
    ("seen before it was asked for", BAD, ["0 1 fnd a", "2 3 add a ok"]),
    ("touching times are concurrent", OK, ["0 1 fnd a", "1 2 add a ok"]),
    ("an open add that took effect late", OK, ["0 ? add a ?", "1 2 fnd -", "3 4 fnd a"]),
    ("an open add that never did", OK, ["0 ? add a ?", "1 2 fnd -", "3 4 rem no"]),
    ("an open add that did twice", BAD, ["0 ? add a ?", "1 2 fnd a", "3 4 rem yes", "5 6 fnd a"]),
    ("an open add seen, and lost", BAD, ["0 ? add a ?", "1 2 fnd a", "3 4 fnd -"]),
    ("an open add, only removed", OK, ["0 ? add a ?", "1 2 rem yes", "3 4 fnd -"]),
    ("an open add, removed twice", BAD, ["0 ? add a ?", "1 2 rem yes", "3 4 rem yes"]),
    ("two open adds, removed twice", OK, ["0 ? add a ?", "0 ? add b ?", "1 2 rem yes", "3 4 rem yes"]),
    ("an open removal", OK, ["0 1 add a ok", "2 ? rem ?", "3 4 fnd a", "5 6 fnd -"]),
    ("an open removal, used up", BAD, ["0 1 add a ok", "2 ? rem ?", "3 4 fnd -", "5 6 add b ok", "7 8 fnd -"]),
    ("an open removal that comes later", BAD, ["0 1 add a ok", "2 3 fnd -", "4 ? rem ?"]),
    ("an open find says nothing", OK, ["0 ? fnd ?", "1 2 fnd -"]),
]


def parse(line):
    invoked, responded, kind, *rest = line.split()
    value = rest.pop(0) if kind == "add" else "-"
    return int(invoked), float("inf") if responded == "?" else int(responded), kind, value, rest[0]


def effect(state, kind, value, result):
    """The state after the operation; raises ValueError where its result can't be."""
    told = {"add": "ok", "rem": "no" if state == "-" else "yes", "fnd": state}[kind]
    if result not in ("?", told):
        raise ValueError
    return {"add": value, "rem": "-", "fnd": state}[kind]


def explains(order):
    state, latest = "-", -1
    for invoked, responded, kind, value, result in order:
        latest = max(latest, invoked)
        if responded < latest:
            return False  # it ended before an earlier one in the order began
        try:
            state = effect(state, kind, value, result)
        except ValueError:
            return False
    return True


def brute_force(operations):
    closed = [one for one in operations if one[4] != "?"]
    opened = [one for one in operations if one[4] == "?"]
    return any(
        explains(order)
        for number in range(len(opened) + 1)
        for some in itertools.combinations(opened, number)
        for order in itertools.permutations(closed + list(some))
    )


def random_history(dice):
    """Results as a correct register would give, with an occasional wrong one, and some without a reply."""
    operations, state, time = [], "-", 0
    for i in range(dice.randint(2, 6)):
        kind = dice.choice(["add", "rem", "fnd"])
        value = f"{i}" if kind == "add" else "-"
        time += dice.randint(0, 3)
        result = {"add": "ok", "rem": "no" if state == "-" else "yes", "fnd": state}[kind]
        if dice.random() < 0.8:
            state = effect(state, kind, value, result)
        if dice.random() < 0.15:
            result = {"add": "ok", "rem": dice.choice(["yes", "no"]), "fnd": dice.choice(["-", "0", "1", "2"])}[kind]
        ended = time + dice.randint(0, 6)
        if dice.random() < 0.25:
            ended, result = float("inf"), "?"
        operations.append((time, ended, kind, value, result))
    return operations


def main():
    check, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    dice = random.Random(1)
    histories = {f"case-{i}": [parse(line) for line in lines] for i, (_, _, lines) in enumerate(CASES)}
    expected = {f"case-{i}": verdict for i, (_, verdict, _) in enumerate(CASES)}
    for i in range(rounds):
        histories[f"random-{i}"] = random_history(dice)
        expected[f"random-{i}"] = brute_force(histories[f"random-{i}"])
    for name, verdict in expected.items():
        assert brute_force(histories[name]) == verdict, f"brute force and the case disagree: {name}"

    lines = [
        f"0 {name} {kind} {name + value if kind == 'add' else '-'} {invoked} "
        f"{'?' if responded == float('inf') else responded} "
        f"{name + result if kind == 'fnd' and result not in '-?' else result}\n"
        for name, operations in histories.items()
        for invoked, responded, kind, value, result in operations
    ]
    run = subprocess.run([check, "--each"], input="".join(lines), capture_output=True, text=True, check=False)
    verdicts = dict(line.split(" ", 1) for line in run.stdout.splitlines())
    wrong = [name for name, verdict in expected.items() if (verdicts.get(name) == "linearizable") != verdict]
    for name in wrong[:5]:
        print(f"{name}: expected {expected[name]}, got {verdicts.get(name)}: {histories[name]}")
    good = sum(expected.values())
    print(f"{len(expected)} histories, {good} good, {len(expected) - good} bad, {len(wrong)} judged wrongly")
    return 1 if wrong or run.stderr else 0


if __name__ == "__main__":
    sys.exit(main())
