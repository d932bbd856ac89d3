# SPDX-License-Identifier: BSD-3-Clause
"""The file and the loop device that rows are measured on"""
import contextlib
import os
import subprocess
import tempfile

from measure import ROOT, Skip
from rows import FILE, LOOP

NBYTES = 1024 * 4096


@contextlib.contextmanager
def loop_device(path):
    """A loop device whose own accesses to the file are direct; or a Skip that says why there is none"""
    args = ["losetup", "--find", "--show", "--direct-io=on", path]
    try:
        res = subprocess.run(args, check=False, capture_output=True, text=True)
    except FileNotFoundError as err:
        yield Skip(f"no loop device: {err}")
        return
    if res.returncode:
        yield Skip("no loop device: " + " ".join(res.stderr.split()))
        return
    device = res.stdout.strip()
    # Detached when the descriptor is closed, also when this program is killed
    held = os.open(device, os.O_RDONLY)
    try:
        subprocess.run(["losetup", "--detach", device], check=True)
        yield device
    finally:
        os.close(held)


@contextlib.contextmanager
def devices():
    # Not in /tmp when that is in memory: a file has to come from the page cache of a file system
    folder = os.path.join(ROOT, "build")
    with tempfile.NamedTemporaryFile(dir=folder) as file, tempfile.NamedTemporaryFile(dir=folder) as below:
        for each in (file, below):
            each.write(os.urandom(NBYTES))
            each.flush()
        with loop_device(below.name) as loop:
            yield {FILE: file.name, LOOP: loop}
