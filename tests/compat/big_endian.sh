#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# meson refuses a big-endian host, and says why
# usage: big_endian.sh SOURCE COMPILER [FLAG ...]
src=$1
shift
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

if ! command -v meson >/dev/null; then
	echo '1..0 # SKIP meson is not in PATH'
	exit 0
fi
echo '1..1'
printf '%s\n' '[binaries]' "c = [$(printf "'%s'," "$@")]" '[host_machine]' "system = 'linux'" \
	"cpu_family = 's390x'" "cpu = 's390x'" "endian = 'big'" >"$dir/cross.ini"
if ! meson setup "$dir/build" "$src" --cross-file "$dir/cross.ini" >"$dir/log" 2>&1 &&
	grep -q 'ERROR:.*needs a little-endian host' "$dir/log"; then
	echo 'ok 1 - meson refuses a big-endian host, and says why'
	exit 0
fi
sed 's/^/# /' "$dir/log"
echo 'not ok 1 - meson refuses a big-endian host, and says why'
exit 1
