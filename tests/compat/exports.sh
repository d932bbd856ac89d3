#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The shared library exports every function of 0.7.5, the inline functions of the headers too, and
# nothing that is not xnvme_*, and is never unmapped: exports.sh LIBRARY FACTS INCLUDE
lib=$1
facts=$2
inc=$3
status=0

if ! command -v nm >/dev/null; then
	echo "1..0 # SKIP nm is not installed"
	exit 0
fi
exported=$(nm -D --defined-only "$lib" | awk '$2 != "A" {print $3}' | sed 's/@.*//' | sort -u)
wanted=$(sed -n '/compatible redeclarations/,/static int nerr/p' "$facts" |
	grep -o 'xnvme_[a-z0-9_]*(' | tr -d '(' | sort -u)
nwanted=$(echo "$wanted" | wc -l)

missing=$(printf '%s\n' "$exported" "$exported" "$wanted" | sort | uniq -u)
if [ -z "$missing" ] && [ "$nwanted" -ge 227 ]; then
	echo "ok 1 - the library exports all $nwanted functions of 0.7.5"
else
	echo "# missing: $missing"
	echo "not ok 1 - the library exports all $nwanted functions of 0.7.5"
	status=1
fi
foreign=$(echo "$exported" | grep -v '^xnvme_')
if [ -z "$foreign" ]; then
	echo "ok 2 - the library exports nothing but xnvme_*"
else
	echo "# foreign: $foreign"
	echo "not ok 2 - the library exports nothing but xnvme_*"
	status=1
fi
# Programs in other languages cannot call an inline function
inlines=$(grep -hA1 '^static inline' "$inc"/*.h | grep -o '^xnvme_[a-z0-9_]*' | sort -u)
missing=$(printf '%s\n' "$exported" "$exported" "$inlines" | sort | uniq -u)
if [ -z "$missing" ] && [ "$(echo "$inlines" | wc -l)" -ge 12 ]; then
	echo "ok 3 - each inline function xnvme_* of the headers is a symbol too"
else
	echo "# missing: $missing"
	echo "not ok 3 - each inline function xnvme_* of the headers is a symbol too"
	status=1
fi
# A thread that is stuck in a command of a queue that was terminated returns after dlclose(3)
if readelf -d "$lib" | grep -q NODELETE; then
	echo "ok 4 - the library stays mapped after dlclose(3)"
else
	echo "not ok 4 - the library stays mapped after dlclose(3)"
	status=1
fi
echo "1..4"
exit $status
