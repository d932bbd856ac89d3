#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every public header compiles alone, twice over, in each standard and without a warning of -Wpedantic,
# and includes nothing private
inc=$1
cc=${CC:-cc}
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

for header in "$inc"/libxnvme*.h; do
	name=$(basename "$header")
	src="#include <$name>
#include <$name>
int main(void);"
	for std in c99 c11 c++11 c++17; do
		case $std in
		c++*) lang=c++ ;;
		*) lang=c ;;
		esac
		printf '%s\n' "$src" |
			"$cc" -std=$std -Wall -Wextra -Wpedantic -Werror -I "$inc" -x $lang -fsyntax-only -
		report $? "$name alone as $std"
	done
done
echo "1..$n"
exit $status
