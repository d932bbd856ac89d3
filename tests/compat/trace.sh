#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# trace.sh LIBRARY HAS: the library has its trace points where the header of USDT is there (HAS is 1)
set -u
echo 1..4
number=0
for name in submit complete host_err reset; do
	number=$((number + 1))
	if [ "$2" != 1 ]; then
		echo "ok $number - trace point $name # SKIP sys/sdt.h is not installed"
	elif readelf -n "$1" | grep -A1 'Provider: xnvme' | grep -qx " *Name: $name"; then
		echo "ok $number - trace point $name"
	else
		echo "not ok $number - trace point $name"
	fi
done
