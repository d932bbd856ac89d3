#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# ./x install on a minimal system; chroot.sh runs this inside of one, in the tree, after ./x setup build
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$(dirname "$0")/../.." || exit 99
# shellcheck source=tests/consume/lib.sh
. tests/consume/lib.sh

# What the last installation told users to do: variables to export, options to link with
hints() { sed -n 's/^  export /export /p' "$work/install"; }
link_args() { sed -n 's/^  -Wl,/-Wl,/p' "$work/install"; }

install_to() { # [--prefix P]
	./x install "$@" >"$work/install" 2>&1
	status=$?
	cat "$work/install"
	return "$status"
}

# A client as the README and the hints say
pkg_config_client() (
	eval "$(hints)"
	# shellcheck disable=SC2046 # lists of words
	cc tests/consume/client.c -o "$work/client" $(pkg-config --cflags --libs xnvme) $(link_args) &&
		run_client "$work/client"
)

tools_run() (
	eval "$(hints)"
	lblk info 1GB && xnvme library-info && xdd --help && xnvme_file --help
)

check 'the system has no dpkg-dev' refused command -v dpkg-architecture
check 'the system has no /usr/lib64 for libraries' [ "$(ls /usr/lib64)" = ld-linux-x86-64.so.2 ]
for prefix in /usr/local /opt/xnvme /usr; do
	if [ "$prefix" = /usr/local ]; then
		check './x install' install_to
	else
		check "./x install --prefix $prefix" install_to --prefix "$prefix"
	fi
	case $prefix in
	/opt/*) ;;
	*) check "$prefix: nothing is left to set" [ -z "$(hints)$(link_args)" ] ;;
	esac
	check "$prefix: tools run" tools_run
	check "$prefix: a client compiles by pkg-config and runs" pkg_config_client
	check "$prefix: what is installed can be removed" ninja -C build-install uninstall
	check "$prefix: nothing is left" [ -z "$(find "$prefix" -name '*xnvme*' -type f 2>/dev/null)" ]
done
echo "1..$count"
exit $failed
