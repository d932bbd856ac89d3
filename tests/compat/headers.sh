#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every public header compiles alone, twice over, in each standard and without a warning of -Wpedantic,
# and includes nothing private. On hosts that the interface cannot serve it does not compile, and says
# why.
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

# refused WORDS FLAG ...: $src does not compile, and the words are in an error
refused() {
	words=$1
	shift
	! out=$(printf '%s\n' "$src" | "$cc" -Wno-builtin-macro-redefined -I "$inc" "$@" -fsyntax-only - \
		2>&1) && printf '%s\n' "$out" | grep -q "error:.*$words"
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
	refused 'needs a little-endian host' -std=c11 -x c -U__BYTE_ORDER__ \
		-D__BYTE_ORDER__=__ORDER_BIG_ENDIAN__
	report $? "$name is refused on a big-endian host"
done

# An off_t of 32 bits, wherever the compiler is for hosts that have 64 bits only
src='#include <sys/types.h>
#include <libxnvme_cmd.h>
#define off_t int
#include <libxnvme_file.h>
int main(void);'
for std in c99 c11 c++98 c++17; do
	lang=c
	case $std in *++*) lang=c++ ;; esac
	refused '_FILE_OFFSET_BITS' "-std=$std" -x "$lang"
	report $? "off_t of 32 bits is refused as $std"
done
# A compiler that does not define __GNUC__ does not know __extension__. The C library may define the
# word away, so it is left out.
stubs=$(mktemp -d)
trap 'rm -rf "$stubs"' EXIT
mkdir "$stubs/sys"
for name in assert errno inttypes limits stdbool stddef stdint stdio stdlib string time \
	sys/stat sys/types sys/uio; do
	: >"$stubs/$name.h"
done
text=$(echo '#include <libxnvme.h>' |
	"$cc" -E -P -nostdinc -isystem "$stubs" -U__GNUC__ -I "$inc" -x c -) &&
	[ -n "$text" ] && ! printf '%s\n' "$text" | grep -q __extension__
report $? 'compilers other than gcc and clang do not meet __extension__'
echo "1..$n"
exit $status
