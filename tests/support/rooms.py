#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Who may include, write and name what: the part of the rules that a machine can check.

rooms.py              check the tree in the current folder; one line per complaint, exit status 1 if any
rooms.py --self-test  plant violations in a copy of the tree: each has to be complained about (TAP)
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# The include graph of ARCHITECTURE.md: folder, and what its files may include from others
GRAPH = {
    "lib/spec": "spec core/err.h",
    "lib/print": "print spec core/err.h",
    "lib/os": "os backends/backend.h",
    "lib/target": "target spec os",
    "lib/commands": "core spec",
    "lib/core": "core spec print backends/backend.h os",
    "lib/backends": "backends/backend.h backends/tables.h backends/backends.def xnvi_config.h",
    "lib/backends/portable": "backends/portable core/mechanism.h os spec",
    "lib/backends/posix": "backends/posix core/mechanism.h os spec",
    "lib/backends/linux": "backends/linux backends/posix backends/portable core/mechanism.h os spec",
    "lib/backends/ramdisk": "backends/ramdisk backends/portable core/mechanism.h os spec target",
    "cli": "cli core/err.h os/words.h print",
    "tools": "common xnvme lblk xnvme_file xdd demo os print/emit.h print/text.h spec/opcodes.h",
}
SYSTEM = ("sys/", "linux/", "asm/", "libxnvme")
CFLAGS = ("-fsyntax-only -std=gnu11 -D_GNU_SOURCE -DXNVI_CHECK_ROOMS -DXNVI_PRINTF=printf -Iinclude -Ilib "
          "-Ilib/os/posix -Werror=incompatible-pointer-types-discards-qualifiers "
          "-Werror=cast-qual -Werror=implicit-function-declaration").split()


def sources(root, *folders):
    for folder in folders:
        yield from sorted(p for p in (root / folder).rglob("*") if p.suffix in (".c", ".h"))


def includes(path):
    return re.findall(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', path.read_text(), re.M)


def room_of(name):
    folders = [f for f in GRAPH if name.startswith(f + "/")]
    return max(folders, key=len) if folders else None


def check_graph(root):
    for path in sources(root, "lib", "cli", "tools"):
        name = str(path.relative_to(root))
        room = room_of(name)
        if not room:
            yield f"{name} is in no folder of GRAPH in tests/support/rooms.py"
            continue
        allowed = GRAPH[room].split()
        for header in includes(path):
            if "/" not in header or header.startswith(SYSTEM):
                continue
            if not any(header == a or header.startswith(a + "/") for a in allowed):
                yield f"{name} includes {header}, which its folder may not"


def check_circles(root):
    """A header that includes itself by way of others."""
    names = {}
    for path in sources(root, "include", "lib", "cli", "tools", "tests"):
        name = str(path.relative_to(root))
        for base in ("include/", "lib/", "tests/", "cli/", "tools/", "tools/common/", str(path.parent.relative_to(root)) + "/"):
            if name.startswith(base):
                names.setdefault(name[len(base):], []).append(name)
    graph = {}
    for path in sources(root, "include", "lib", "cli", "tools", "tests"):
        name = str(path.relative_to(root))
        graph[name] = sorted({t for h in includes(path) for t in names.get(h, []) if t != name and t.endswith(".h")})
    done, told = set(), set()

    def visit(name, trail):
        if name in trail:
            circle = trail[trail.index(name):]
            if frozenset(circle) not in told:
                told.add(frozenset(circle))
                yield "an include circle: " + " -> ".join(circle + [name])
            return
        if name in done:
            return
        for other in graph.get(name, []):
            yield from visit(other, trail + [name])
        done.add(name)

    for name in graph:
        yield from visit(name, [])


def check_writes(root, only=None):
    """Fields of core are const here, so a backend that writes one does not compile.

    By clang: gcc takes a store to a const atomic.
    """
    for path in sources(root, "lib/backends"):
        name = str(path.relative_to(root))
        if path.suffix != ".c" or path.parent.name == "backends" or (only and name != only):
            continue
        run = subprocess.run(["clang", *CFLAGS, name], cwd=root, capture_output=True, text=True)
        lacking = re.search(r"fatal error: (\S+): No such file", run.stderr)
        if lacking and not (root / "lib" / lacking[1]).exists() and not (root / "include" / lacking[1]).exists():
            print(f"rooms: {name} is not checked: {lacking[1]} is not installed", file=sys.stderr)
            continue
        for line in run.stderr.splitlines():
            if ": error:" in line:
                yield line + " (state of core is changed through core/mechanism.h)"


def registry(root):
    text = re.sub(r"/\*.*?\*/", "", (root / "lib/backends/backends.def").read_text(), flags=re.S)
    for line in text.splitlines():
        match = re.match(r"XNVI_(BE|KEY|ROW)\((.*)\)$", line.strip())
        if match:
            yield match[1], [word.strip().strip('"') for word in match[2].split(",")]


def id_of(table):
    match = re.match(r"xnvi_(?:async|sync|admin|mem|dev)_(\w+?)(?:_nofd)?$", table) or re.match(r"xnvi_(\w+)_\w+$", table)
    return match[1]


def classes_of(root, text):
    header = (root / "lib/backends/backend.h").read_text()
    sets = dict(re.findall(r"#define (XNVI_CLASSES_\w+) \(([^)]*)\)", header))
    for name, value in sets.items():
        text = text.replace(name, value)
    return set(re.findall(r"XNVI_CLASS_(\w+)", text))


def rows_of(root, be, role, *classes):
    """Ids of a role that serve one of the classes, in the order of preference."""
    ids = []
    for kind, words in registry(root):
        if kind == "ROW" and words[1] == be and words[2] == role and classes_of(root, words[4]) & set(classes):
            if id_of(words[3]) not in ids:
                ids.append(id_of(words[3]))
    return ids


def check_order(root):
    family, seen = None, []
    for kind, words in registry(root):
        if kind == "BE":
            family = words[0]
            seen.append(family)
        elif words[0 if kind == "KEY" else 1] != family:
            yield f"backends.def: the line of {', '.join(words)} is not below XNVI_BE({words[0 if kind == 'KEY' else 1]}, ...)"
    if len(seen) != len(set(seen)):
        yield "backends.def: a backend has two XNVI_BE lines"


def check_readme(root):
    served = {"NVMe controller in memory": ("RAMDISK",), "files, block devices": ("FILE", "BLOCK"),
              "NVMe namespaces, block node": ("NVME_BLOCK",),
              "NVMe namespaces, character node; controllers": ("NVME",)}
    lines = re.findall(r"^\| `(\w+)` \| ([^|]+?) \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|", (root / "README.md").read_text(), re.M)
    told = set()
    for be, what, *columns in lines:
        if what not in served:
            yield f"README.md: tests/support/rooms.py does not know what '{what}' is"
            continue
        told.add(be)
        for role, column in zip(("ASYNC", "SYNC", "ADMIN", "MEM"), columns):
            ids = rows_of(root, be, role, *served[what])
            # Huge pages come last and are named once
            if role == "MEM" and be == "ramdisk":
                ids = [i for i in ids if i != "hugepage"]
            if column.split() != ids:
                yield f"README.md: {be}, {what}, {role.lower()} is '{column}', in backends.def '{' '.join(ids)}'"
    for be in {words[1] for kind, words in registry(root) if kind == "ROW"} - told:
        yield f"README.md: the table has no row of {be}"


def check_lists(root):
    guest = (root / "tests/guest/in/guest.sh").read_text()
    for name, cls in (("BLOCK_ROWS", "NVME_BLOCK"), ("CHAR_ROWS", "NVME")):
        listed = re.search(rf"^{name}='([^']*)'", guest, re.M)[1].split()
        if sorted(listed) != sorted(rows_of(root, "linux", "ASYNC", cls)):
            yield f"tests/guest/in/guest.sh: {name} is {listed}, in backends.def {rows_of(root, 'linux', 'ASYNC', cls)}"
    bench = (root / "tests/bench/ours.c").read_text()
    for name in rows_of(root, "linux", "ASYNC", "FILE", "BLOCK") + rows_of(root, "ramdisk", "ASYNC", "RAMDISK"):
        if f'{{"{name}",' not in bench:
            yield f"tests/bench/ours.c: no path measures async {name}"
    meson = (root / "lib/backends/meson.build").read_text()
    for path in sources(root, "lib/backends"):
        name = str(path.relative_to(root / "lib/backends"))
        if path.suffix == ".c" and meson.count(f"'{name}'") != 1:
            yield f"lib/backends/meson.build: {name} has to be listed once, and is {meson.count(chr(39) + name + chr(39))} times"


def check_maps(root):
    for folder in ("lib/core", "lib/os", "lib/target"):
        text = (root / folder / "README.md").read_text()
        for path in sources(root, folder):
            name = str(path.relative_to(root / folder))
            if not re.search(rf"(?<![\w/]){re.escape(name)}\b", text):
                yield f"{folder}/README.md does not say what {name} is"


CHECKS = (check_maps, check_graph, check_circles, check_writes, check_order, check_readme, check_lists)

WRITE = "void planted(struct xnvme_dev *dev, struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);\n" \
        "void planted(struct xnvme_dev *dev, struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx)\n" \
        "{\n\t(void)dev;\n\t(void)queue;\n\t(void)ctx;\n\t%s;\n}\n"

# file, text that replaces another or is added at the end, and the check that has to complain
PLANTS = [
    ("lib/backends/ramdisk/roles.c", None, "#include <core/dev.h>\n", check_graph),
    ("lib/backends/linux/dev.c", None, "#include <backends/ramdisk/roles.h>\n", check_graph),
    ("lib/backends/portable/async_emu.c", None, "#include <backends/posix/fd.h>\n", check_graph),
    ("lib/core/queue.c", None, "#include <backends/linux/kernel.h>\n", check_graph),
    ("lib/core/queue.c", None, "#  include<backends/linux/kernel.h>\n", check_graph),
    ("lib/other/new.c", None, "#include <core/dev.h>\n", check_graph),
    ("lib/spec/field.c", None, "#include <print/emit.h>\n", check_graph),
    ("lib/target/nvm.c", None, "#include <core/state.h>\n", check_graph),
    ("tools/xdd.c", None, "#include <core/err.h>\n", check_graph),
    ("lib/core/state.h", None, "#include <core/mechanism.h>\n", check_circles),
    ("lib/core/README.md", "| trace.h |", "| other.h |", check_maps),
    ("lib/backends/posix/fd.h", None, "#include <backends/posix/fd_done.h>\n", check_circles),
    ("lib/backends/backends.def", "XNVI_BE(ramdisk, NULL,      \"\")\n", "", check_order),
    ("lib/backends/backends.def", "XNVI_ROW(LINUX, linux,   ASYNC, xnvi_async_emu, ", "XNVI_ROW(LINUX, linux,   ASYNC, xnvi_async_new, ", check_readme),
    ("lib/backends/backends.def", "xnvi_async_thrpool,       XNVI_CLASSES_RW", "xnvi_async_moved,       XNVI_CLASSES_RW", check_lists),
    ("lib/backends/backends.def", "XNVI_BE(fbsd", "XNVI_ROW(LINUX, linux, ASYNC, xnvi_async_new, XNVI_CLASSES_RW) /* Last */\nXNVI_BE(fbsd", check_readme),
    ("README.md", "| io_uring thrpool emu posix libaio nil | block psync |", "| thrpool io_uring emu posix libaio nil | block psync |", check_readme),
    ("tests/guest/in/guest.sh", "CHAR_ROWS='io_uring_cmd posix", "CHAR_ROWS='io_uring_cmd", check_lists),
    ("tests/bench/ours.c", '{"libaio",', '{"other",', check_lists),
    ("lib/backends/meson.build", "  'portable/async_nil.c',\n", "", check_lists),
] + [("lib/backends/portable/async_emu.c", None, WRITE % text, check_writes) for text in (
    "dev->opts.direct = 1", "dev->nsid = 2", "dev->geo.nsect = 0", "dev->ident.dtype = 1", "dev->bounded = 1",
    "atomic_store(&dev->nlbas, 1)", "memset(&dev->ident, 0, sizeof(dev->ident))", "xnvi_mutex_lock(&dev->lock)",
    "queue->credit++", "*(int32_t *)&queue->credit = 0", "queue->ops = NULL", "queue->places[0].req.nbytes = 1", "queue->free = NULL",
    "queue->carries = 0", "xnvi_event_set(&queue->event)", "queue->priv = NULL", "xnvi_rsvd_of(ctx)->guard = 0",
    "xnvi_rsvd_of(ctx)->err = -1", "xnvi_geo_derive(dev)", "xnvi_dev_unref(dev)")]


def self_test(root):
    nfailed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        names = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.split("\n")
        for name in filter(None, names):
            if (root / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(root / name, copy / name)
        number = 0
        for number, (name, old, new, check) in enumerate(PLANTS, 1):
            new_file = not (copy / name).exists()
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            before = "" if new_file else (copy / name).read_text()
            if old is not None and old not in before:
                nfailed += 1
                print(f"not ok {number} - {name} has no '{old.strip()}' to change")
                continue
            (copy / name).write_text(before.replace(old, new) if old is not None else before + new)
            found = list(check(copy, name) if check is check_writes else check(copy))
            (copy / name).unlink() if new_file else (copy / name).write_text(before)
            nfailed += not found
            what = (new.split(";\n\t")[-1].split(";")[0] if check is check_writes else new.strip() or f"without {old.strip()}").split("\n")[0]
            print(f"{'ok' if found else 'not ok'} {number} - lint refuses in {name}: {what}")
        print(f"1..{number}")
    return nfailed


if __name__ == "__main__":
    here = pathlib.Path(".").resolve()
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(1 if self_test(here) else 0)
    complaints = [line for check in CHECKS for line in check(here)]
    print("\n".join(complaints), end="\n" if complaints else "")
    sys.exit(1 if complaints else 0)
