#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# ./x install in a minimal Debian: chroot.sh TREE FOLDER; TREE is copied into a system in FOLDER
#
# The system with what ./x setup build installs is kept in the cache folder; remove it for newer packages.
tree=$1
work=$2
root=$work/root
# shellcheck source=tests/consume/lib.sh
. "$(dirname "$0")/lib.sh"
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/xnvme-tests
tarball=$cache/bookworm-minbase.tar.gz
mirror=http://deb.debian.org/debian
name='./x install in a minimal Debian'
mkdir -p "$work"

# With a /proc of its own, for programs find what is beside them by it. Nothing stays mounted.
inside() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" env -i "$@"' "$root" \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
		${http_proxy+"http_proxy=$http_proxy"} ${https_proxy+"https_proxy=$https_proxy"} "$@"
}

# How this system reaches its packages
copy_network() {
	cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null
	apt-config dump 2>/dev/null |
		grep -E '^Acquire::(http.*::Proxy|Check-Date|Check-Valid-Until|Retries)' \
			>"$root/etc/apt/apt.conf.d/90network"
	return 0
}

this_mirror() {
	here=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 2>/dev/null |
		awk '$1 == "Debian" {print $2; exit}')
	echo "${here:-$mirror}"
}

prepare() {
	mkdir "$root" && mkdir -p "$cache" || return 1
	if [ -f "$tarball" ] && tar -xzf "$tarball" -C "$root"; then
		copy_network
		return 0
	fi
	rm -rf --one-file-system "$root"
	debootstrap --variant=minbase bookworm "$root" "$(this_mirror)" || return 1
	copy_network
	mkdir "$root/src" && cp -a "$tree/." "$root/src/" && inside /src/x setup build || return 1
	inside apt-get clean
	rm -rf "$root/src"
	# Written whole or not at all, for another run may be reading it
	tar -C "$root" -cf - . | gzip -1 >"$tarball.$$" && mv "$tarball.$$" "$tarball"
}

if [ "$(id -u)" -ne 0 ]; then
	skip "$name" 'needs root'
	exit 0
elif [ ! -f "$tarball" ] && ! command -v debootstrap >/dev/null; then
	skip "$name" 'debootstrap could not be had'
	exit 0
elif [ "$(uname -m)" != x86_64 ]; then
	skip "$name" 'looks at the folders of x86_64'
	exit 0
elif ! unshare --mount chroot / true 2>/dev/null; then
	skip "$name" 'mount(2) or chroot(2) is not permitted'
	exit 0
fi
check 'a minimal Debian can be had' prepare
[ "$failed" -eq 0 ] || exit 1
mkdir "$root/src" && cp -a "$tree/." "$root/src/" || exit 99
inside sh /src/tests/consume/minimal.sh
