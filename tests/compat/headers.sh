#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every public header compiles alone, twice over, as C11 and as C++17, and includes nothing private
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
	printf '%s\n' "$src" | "$cc" -std=c11 -Wall -Wextra -Werror -I "$inc" -x c -fsyntax-only -
	report $? "$name alone as C11"
	printf '%s\n' "$src" | "$cc" -std=c++17 -Wall -Wextra -Werror -I "$inc" -x c++ -fsyntax-only -
	report $? "$name alone as C++17"
done
echo "1..$n"
exit $status
