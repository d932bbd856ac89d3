# SPDX-License-Identifier: BSD-3-Clause
"""QEMU, a kernel and busybox: downloaded by apt, unpacked into a cache folder, never installed.

Nothing here needs root. What is in the cache is used as it is, also without a network; remove the
folder to get newer packages.
"""
import os
import pathlib
import re
import shutil
import subprocess

BACKPORTS = "bookworm-backports"  # where QEMU 10 and Linux 6.12 are on Debian 12
PACKAGES = ["qemu-system-x86", "seabios", "busybox-static"]
KERNEL = "linux-image-cloud-amd64"
STAMP = " ".join(PACKAGES + [KERNEL]) + "\n"


class FetchError(Exception):
    pass


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
        found = re.search(r'^VERSION_CODENAME="?(\w+)', file.read(), re.M)
    return found.group(1) if found else ""


def _sources():
    """The archive this system already uses, and its backports where they are needed"""
    codename = _codename()
    lines = _run("apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)").splitlines()
    uris = [line.split()[1] for line in lines if line.split()[:1] == [codename]]
    if not uris:
        raise FetchError(f"apt has no source of '{codename}': this needs Debian 12 or later")
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


def fetch(say):
    """The folder that holds everything, filled on the first call"""
    cache = cache_dir()
    stamp = cache / "complete"
    root = cache / "root"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == STAMP:
        return root
    if not shutil.which("apt-get"):
        raise FetchError("no apt-get here: the guest's parts are Debian packages")
    cache.mkdir(parents=True, exist_ok=True)
    say(f"fetching QEMU and a kernel into {cache}, once")
    for old in (root, cache / "debs"):
        shutil.rmtree(old, ignore_errors=True)
    apt = Apt(cache)
    chosen = _choose(apt)
    apt.download(chosen, cache / "debs")
    for deb in sorted((cache / "debs").glob("*.deb")):
        _run("dpkg", "-x", str(deb), str(root))
    for done in ("debs", "lists", "archives"):
        shutil.rmtree(cache / done)
    stamp.write_text(STAMP, encoding="utf-8")
    say("fetched " + " ".join(f"{name}={version}" for name, version in chosen))
    return root
