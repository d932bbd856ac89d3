#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A program links the static library with the libraries that clients of 0.7.5 name, and runs
lib=$1
inc=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
status=0

cat >"$dir/prog.c" <<'SRC'
#include <libxnvme.h>
int
main(void)
{
	struct xnvme_dev *dev = xnvme_dev_open("1GB", NULL);
	int ok = dev && xnvme_dev_get_geo(dev)->tbytes == 1ULL << 30;

	xnvme_dev_close(dev);
	return !ok;
}
SRC
libs='-pthread -lrt'
# Those of liburing and libaio are named where they are installed: the library may use them or not
for name in uring aio; do
	echo 'int main(void){return 0;}' >"$dir/none.c"
	"${CC:-cc}" "$dir/none.c" -o "$dir/none" -l$name 2>/dev/null && libs="-l$name $libs"
done
sanitize=
nm "$lib" 2>/dev/null | grep -q __asan_init && sanitize=-fsanitize=address,undefined
nm "$lib" 2>/dev/null | grep -q __tsan_init && sanitize=-fsanitize=thread
nm "$lib" 2>/dev/null | grep -q __gcov_init && sanitize=--coverage
# shellcheck disable=SC2086 # lists of words
if "${CC:-cc}" $sanitize -I "$inc" "$dir/prog.c" "$lib" $libs -o "$dir/prog" && "$dir/prog"; then
	echo "ok 1 - links with at most -luring -laio -pthread -lrt, and runs"
else
	echo "not ok 1 - links with at most -luring -laio -pthread -lrt, and runs"
	status=1
fi
echo "1..1"
exit $status
