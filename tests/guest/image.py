# SPDX-License-Identifier: BSD-3-Clause
"""The guest's memory disk: a cpio archive of busybox, kernel modules, our programs and their libraries."""
import lzma
import os
import pathlib
import re
import stat
import subprocess


class Cpio:
    """The 'newc' format, which the kernel unpacks"""

    def __init__(self):
        self.parts = []
        self.dirs = set()
        self.ino = 0

    def _entry(self, name, mode, data=b""):
        self.ino += 1
        raw = name.encode() + b"\0"
        fields = (self.ino, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(raw), 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + raw
        for part in (head, data):
            self.parts.append(part + b"\0" * (-len(part) % 4))

    def mkdir(self, name):
        name = name.strip("/")
        if name and name not in self.dirs:
            self.mkdir(os.path.dirname(name))
            self.dirs.add(name)
            self._entry(name, stat.S_IFDIR | 0o755)

    def add(self, name, data, mode=0o755):
        name = name.strip("/")
        self.mkdir(os.path.dirname(name))
        self._entry(name, stat.S_IFREG | mode, data)

    def write(self, path):
        self._entry("TRAILER!!!", 0)
        path.write_bytes(b"".join(self.parts))


class Modules:
    """Modules of the unpacked kernel, with what they depend on"""

    def __init__(self, root):
        (self.folder,) = [p for p in root.glob("**/lib/modules/*") if (p / "kernel").is_dir()]
        self.files = {self._plain(p.name): p for p in self.folder.glob("kernel/**/*.ko*")}
        builtin = (self.folder / "modules.builtin").read_text(encoding="utf-8").split()
        self.builtin = {self._plain(os.path.basename(line)) for line in builtin}

    @staticmethod
    def _plain(name):
        return name.split(".ko")[0].replace("-", "_")

    def load_order(self, names):
        """[(name, bytes)], what is needed first"""
        done = {}
        for name in names:
            self._visit(self._plain(name), done)
        return list(done.items())

    def _visit(self, name, done):
        if name in done or name in self.builtin:
            return
        path = self.files[name]
        data = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
        needs = re.search(rb"[\0\n]depends=([^\0]*)\0", data)
        for need in needs.group(1).decode().split(",") if needs else []:
            if need:
                self._visit(self._plain(need), done)
        done[name] = data


def _libraries(programs):
    """What the dynamic linker would load, by the path it was found under"""
    paths = set()
    for program in programs:
        listed = subprocess.run(["ldd", str(program)], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True, check=False).stdout
        paths.update(re.findall(r"(/\S+) \(0x", listed))
    return sorted(paths)


def build(path, root, modules, programs, scripts, script):
    """Write the archive: `script` is what init runs; programs and scripts are files of the host"""
    archive = Cpio()
    for folder in ("dev", "proc", "sys", "tmp", "root"):
        archive.mkdir(folder)
    archive.add("bin/busybox", (root / "bin/busybox").read_bytes())
    order = Modules(root).load_order(modules)
    for number, (name, data) in enumerate(order):
        archive.add(f"modules/{number:02}-{name}.ko", data, 0o644)
    for program in programs:
        archive.add(f"payload/{program.name}", program.read_bytes())
    for library in _libraries(programs):
        # The loader is named by its path, the others are looked for by name
        loader = os.path.basename(library).startswith("ld-linux")
        where = library if loader else f"usr/lib/{os.path.basename(library)}"
        archive.add(where, pathlib.Path(library).read_bytes())
    for file in scripts:
        where = "init" if file.name == "init" else f"payload/{file.name}"
        archive.add(where, file.read_bytes())
    archive.add("payload/main", f"exec sh /payload/{script}\n".encode())
    archive.write(path)
