#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# macros.c compiles without a warning under every compiler that is here and every standard that
# programs use, and what the macros yield is right
src=$1
inc=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0
status=0

# each NAME STANDARD [FLAG ...]: compile, run; one result per line that it prints
each() {
	name=$1
	std=$2
	lang=c
	shift 2
	case $std in *++*) lang=c++ ;; esac
	if ! "$@" -x "$lang" "-std=$std" -Wall -Wextra -Werror -I "$inc" "$src" -o "$dir/macros"; then
		n=$((n + 1))
		status=1
		echo "not ok $n - $name, $std: compiles"
		return
	fi
	"$dir/macros" 2>/dev/null >"$dir/out" || status=1
	grep -q '^1\.\.' "$dir/out" || echo "not ok 0 - ran to its end" >>"$dir/out"
	while read -r line; do
		case $line in
		ok* | not*)
			n=$((n + 1))
			echo "$line" | sed "s/ok [0-9]* - /ok $n - $name, $std: /"
			;;
		esac
	done <"$dir/out"
}

for cc in "${CC:-cc}" clang; do
	command -v "$cc" >/dev/null 2>&1 || continue
	for std in c11 gnu11 gnu17 c++11 gnu++17; do
		each "$cc" "$std" "$cc"
	done
	each "$cc, debug" gnu11 "$cc" -DXNVME_DEBUG_ENABLED
done
echo "1..$n"
exit $status
