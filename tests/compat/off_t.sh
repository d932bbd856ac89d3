#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# off_t is in the interface, and on 32-bit hosts the flags of the client say how long it is: what
# pkg-config passes makes a client that works, and without it there is an error that says what to do
# usage: off_t.sh LIBRARY PKG_CONFIG_FILE INCLUDE CLIENT COMPILER [FLAG ...]
lib=$1
pc=$2
inc=$3
src=$4
shift 4
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0
status=0

report() { # RESULT NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		status=1
	fi
}

# The one with the folder of an installation is not there yet
flags=$(sed -n 's/^Cflags: *//p' "$pc" | tr ' ' '\n' | grep -v '^-I')
libdir=$(dirname "$lib")
# Words of the wrapper
run() {
	# shellcheck disable=SC2086 # words
	LD_LIBRARY_PATH="$libdir" ${MESON_EXE_WRAPPER-} "$@"
}

for std in c99 c11; do
	# shellcheck disable=SC2086 # words
	"$@" -std=$std -D_DEFAULT_SOURCE $flags -I "$inc" "$src" -o "$dir/client" "$lib" \
		"-Wl,-rpath,$libdir" 2>&1
	report $? "with the flags of pkg-config a client compiles as $std"
	out=$(run "$dir/client" "$dir/file" 2>&1)
	ok=$?
	[ $ok -eq 0 ] || printf '%s\n' "$out" | sed 's/^/# /'
	report $ok "and the offsets that it passes arrive"
done

echo '#include <sys/types.h>
_Static_assert(sizeof(off_t) == 8, "");' >"$dir/probe.c"
if "$@" -fsyntax-only "$dir/probe.c" 2>/dev/null; then
	"$@" -std=c11 -D_DEFAULT_SOURCE -I "$inc" -fsyntax-only "$src" 2>&1
	report $? 'without flags it compiles: off_t has 64 bits here, whatever the flags'
else
	! out=$("$@" -std=c11 -D_DEFAULT_SOURCE -I "$inc" -fsyntax-only "$src" 2>&1) &&
		printf '%s\n' "$out" | grep -q 'error:.*-D_FILE_OFFSET_BITS=64'
	report $? 'without flags the error names the flag'
fi
echo "1..$n"
exit $status
