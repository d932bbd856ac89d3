#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The shared library exports every function of 0.7.5 and nothing that is not xnvme_*
lib=$1
facts=$2
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
echo "1..2"
exit $status
