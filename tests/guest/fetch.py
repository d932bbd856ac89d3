# SPDX-License-Identifier: BSD-3-Clause
"""QEMU, a kernel and busybox: downloaded by apt, unpacked into a cache folder, never installed.

Nothing here needs root. What is in the cache is used as it is, also without a network; remove the
folder to get newer packages.
"""
import lzma
import os
import pathlib
import platform
import re
import shutil
import struct
import subprocess

BACKPORTS = "bookworm-backports"  # where QEMU 10 and Linux 6.12 are on Debian 12
PACKAGES = ["qemu-system-x86", "seabios", "busybox-static", "zstd"]
KERNEL = "linux-image-cloud-amd64"
STAMP = " ".join(PACKAGES + [KERNEL]) + "\n"


class FetchError(Exception):
    pass


class Unsupported(Exception):
    """This machine cannot have a guest, and no network would change that"""


def cache_dir():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(base) / "xnvme-guest"


def _run(*argv, **kwargs):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kwargs)
    if done.returncode:
        raise FetchError(f"{' '.join(argv[:1] + argv[-3:])}: {done.stderr.strip()[-400:]}")
    return done.stdout


def _codename():
    with open("/etc/os-release", encoding="utf-8") as file:
        release = dict(re.findall(r'^(\w+)="?([^"\n]*)', file.read(), re.M))
    if release.get("ID") != "debian" or int(release.get("VERSION_ID", 13)) < 12:
        raise Unsupported("the guest's parts are packages of Debian 12 or later")
    if platform.machine() != "x86_64":
        raise Unsupported("the guest runs our programs on x86_64 only")
    return release["VERSION_CODENAME"]


def _sources():
    """The archive this system already uses, and its backports where they are needed"""
    codename = _codename()
    lines = _run("apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)").splitlines()
    uris = [line.split()[1] for line in lines if line.split()[:1] == [codename]]
    if not uris:
        raise FetchError(f"apt has no source of '{codename}' itself")
    suites = [codename] + ([BACKPORTS] if codename == "bookworm" else [])
    options = "check-valid-until=no"
    keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
    if os.path.exists(keyring):
        options += f" signed-by={keyring}"
    return suites, [f"deb [{options}] {uris[0]} {suite} main\n" for suite in suites]


class Apt:
    """apt with lists and a configuration of its own"""

    def __init__(self, folder):
        suites, lines = _sources()
        (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (folder / "archives" / "partial").mkdir(parents=True, exist_ok=True)
        (folder / "sources.list").write_text("".join(lines), encoding="utf-8")
        (folder / "nothing").write_text("", encoding="utf-8")
        self.folder = folder
        self.options = []
        for key, value in {
            "Dir::Etc::sourcelist": folder / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State::lists": folder / "lists",
            "Dir::Cache": folder,
            "Debug::NoLocking": "1",
            "APT::Sandbox::User": "",
            "APT::Default-Release": suites[-1],
            "APT::Install-Recommends": "0",
        }.items():
            self.options += ["-o", f"{key}={value}"]
        self.run("update")

    def run(self, *argv, **kwargs):
        return _run("apt-get", *self.options, *argv, **kwargs)

    def missing(self, packages, *options):
        """What installing them would bring, as name=version"""
        plan = self.run(*options, "--simulate", "install", *packages)
        return re.findall(r"^Inst (\S+?)(?::\S+)? (?:\[\S*\] )?\((\S+)", plan, re.M)

    def download(self, chosen, folder):
        folder.mkdir(parents=True, exist_ok=True)
        names = [f"{name}={version}" for name, version in chosen]
        self.run("download", *names, cwd=folder)


def _choose(apt):
    """The packages themselves, and what this system lacks of what they depend on"""
    bare = ("-o", f"Dir::State::status={apt.folder / 'nothing'}")
    chosen = {name: version for name, version in apt.missing(PACKAGES)}
    for name, version in apt.missing(PACKAGES + [KERNEL], *bare):
        if name in PACKAGES or name.startswith("qemu-system-") or re.match(r"linux-image-\d", name):
            chosen[name] = version
    return sorted(chosen.items())


def _unpack_kernel(root):
    """The ELF file inside of the bzImage

    QEMU starts that in protected mode, by the PVH note. The way through the firmware and real mode
    hangs before the first output in up to a quarter of the boots when the host is busy, and takes
    the guest a second to decompress.
    """
    (packed,) = root.glob("boot/vmlinuz-*")
    image = packed.read_bytes()
    # The header of Documentation/arch/x86/boot.rst: setup_sects, payload_offset, payload_length
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = ((image[0x1F1] or 4) + 1) * 512 + offset
    payload = image[start:start + length]
    if payload.startswith(b"\xfd7zXZ\0"):
        kernel = lzma.LZMADecompressor().decompress(payload)
    else:
        # The last four bytes are the size, which is the kernel's own addition
        done = subprocess.run([str(root / "usr/bin/zstd"), "-dc"], input=payload[:-4],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        kernel = done.stdout
    if not kernel.startswith(b"\x7fELF"):
        raise FetchError(f"{packed}: neither xz nor zstd")
    (root / "vmlinux").write_bytes(kernel)
    packed.unlink()


def fetch(say):
    """The folder that holds everything, filled on the first call"""
    cache = cache_dir()
    stamp = cache / "complete"
    root = cache / "root"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == STAMP:
        return root
    cache.mkdir(parents=True, exist_ok=True)
    say(f"fetching QEMU and a kernel into {cache}, once")
    for old in (root, cache / "debs"):
        shutil.rmtree(old, ignore_errors=True)
    apt = Apt(cache)
    chosen = _choose(apt)
    apt.download(chosen, cache / "debs")
    for deb in sorted((cache / "debs").glob("*.deb")):
        _run("dpkg", "-x", str(deb), str(root))
    _unpack_kernel(root)
    for done in ("debs", "lists", "archives"):
        shutil.rmtree(cache / done)
    stamp.write_text(STAMP, encoding="utf-8")
    say("fetched " + " ".join(f"{name}={version}" for name, version in chosen))
    return root
