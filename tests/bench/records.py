# SPDX-License-Identifier: BSD-3-Clause
"""Figures in files: records.txt, by key, and open.txt"""
import os

from gate import Figure

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDS = os.path.join(HERE, "records.txt")
OPEN = os.path.join(HERE, "open.txt")

HEAD = """# Figures of ./x bench that may not grow by more than 2 %. ./x bench --record replaces those of the key of this machine.
# key: what decides how many instructions the same source takes. Then: row, figure, figure of the floor.
# Under a key that is not here, budgets are compared as ratios to the floors of the first key.
"""


def lines_of(text):
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if line:
            yield line


def parse_records(text):
    """{key: {row: Figure}}, in the order of the file"""
    records = {}
    for line in lines_of(text):
        if line.startswith("key "):
            current = records.setdefault(line[4:], {})
            continue
        name, *figures = line.split()
        current[name] = Figure(*map(float, figures))
    return records


def parse_open(text):
    """{row: figure}"""
    return {name: float(figure) for name, figure in map(str.split, lines_of(text))}


def format_records(records):
    text = HEAD
    for key, rows in records.items():
        text += f"\nkey {key}\n"
        for name, figure in rows.items():
            floor = "" if figure.floor is None else f" {figure.floor:.6g}"
            text += f"{name} {figure.ours:.6g}{floor}\n"
    return text


def load(path, parse):
    try:
        with open(path, encoding="ascii") as file:
            return parse(file.read())
    except FileNotFoundError:
        return {}


def save(records):
    with open(RECORDS, "w", encoding="ascii") as file:
        file.write(format_records(records))
