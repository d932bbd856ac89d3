#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Sum the branches that gcov counted, per file and folder of lib/ and cli/.

coverage.py BUILD --at-least PERCENT FOLDER...   table; exit status 1 when a folder is below
coverage.py BUILD --uncovered FILE               lines with branches that were never taken
"""
import json
import pathlib
import subprocess
import sys

FOLDERS = ("lib/", "cli/")


def gcov(build):
    """Branch counts by (file, line): {index: count}, over all objects that saw the line."""
    root = build.resolve().parent
    branches = {}
    lines = {}
    # Notes without counts are of code that no test ran: gcov reports those with zeroes
    notes = sorted(n for n in build.rglob("*.gcno")
                   if n.parts[1] in ("lib", "cli"))
    for note in notes:
        out = subprocess.run(["gcov", "-b", "-j", "-t", str(note.resolve())], check=True,
                             capture_output=True, cwd=build).stdout
        for document in out.splitlines():
            data = json.loads(document)
            cwd = pathlib.Path(data["current_working_directory"])
            for file in data["files"]:
                path = (cwd / file["file"]).resolve()
                if not path.is_relative_to(root):
                    continue
                name = str(path.relative_to(root))
                if name.startswith(FOLDERS):
                    add(branches, lines, name, file["lines"])
    return branches, lines


def add(branches, lines, name, found):
    # A line that stands in several functions (inlines) is reported once for each
    for line in found:
        key = (name, line["line_number"])
        lines[key] = lines.get(key, 0) + line["count"]
        counts = branches.setdefault(key, {})
        for index, branch in enumerate(line["branches"]):
            counts[index] = counts.get(index, 0) + branch["count"]


def table(branches, lines):
    rows = {}
    for kind, source in enumerate((branches, lines)):
        for (name, _), value in source.items():
            counts = value.values() if kind == 0 else [value]
            for row in (name, str(pathlib.PurePath(name).parent)):
                total = rows.setdefault(row, [[0, 0], [0, 0]])[kind]
                total[0] += sum(1 for count in counts if count)
                total[1] += len(counts)
    return rows


def percent(pair):
    return 100.0 * pair[0] / pair[1] if pair[1] else 100.0


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1])
    branches, lines = gcov(build)
    if not branches:
        sys.exit(f"coverage: {build} holds no counts")
    if sys.argv[2] == "--uncovered":
        source = pathlib.Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()
        for (name, line), counts in sorted(branches.items()):
            missed = [index for index, count in counts.items() if not count]
            if name == sys.argv[3] and missed:
                print(f"{line}: {len(missed)} of {len(counts)}: {source[line - 1].strip()}")
        return
    rows = table(branches, lines)
    print(f"{'branches':>18} {'lines':>15}  what")
    for name, (branch, line) in sorted(rows.items()):
        indent = "  " if name.endswith((".c", ".h")) else ""
        print(f"{branch[0]:5}/{branch[1]:5} {percent(branch):5.1f}% "
              f"{percent(line):14.1f}%  {indent}{name}")
    limit = float(sys.argv[3])
    low = [f for f in sys.argv[4:] if percent(rows.get(f, [[0, 1]])[0]) < limit]
    for folder in low:
        print(f"coverage: {folder} is below {limit:g} % of its branches", file=sys.stderr)
    sys.exit(1 if low else 0)


if __name__ == "__main__":
    main()
