#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Torture, for a while: torture.sh PROGRAM [CPU_SECONDS [SEED]]
#
# Before it is believed: a bit that is flipped is noticed, and the same seed gives the
# same commands.
torture=$1
cpu_seconds=${2-10}
seed=${3-1}
log=$(mktemp) || exit 99
trap 'rm -f "$log" "$log.1" "$log.2"' EXIT
status=0
count=0

result() { # STATUS NAME
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		sed 's/^\([^#]\)/# \1/' "$log"
		status=1
	fi
}

"$torture" --cpu-seconds 0 --commands 500 --sabotage 300 >"$log" 2>&1
[ $? -eq 1 ] && grep -q '^# FAILED: .* seed 1: LBA [0-9]* differs' "$log" &&
	grep -q '^# history of LBA' "$log"
result $? "a flipped bit is noticed, with the history of its block"

for n in 1 2; do
	"$torture" --cpu-seconds 0 --commands 1000 --seed "$seed" --print-commands >"$log.$n" 2>&1
done
grep -v deferred "$log.1" | grep -v 'CPU seconds' >"$log"
grep -v deferred "$log.2" | grep -v 'CPU seconds' | cmp -s - "$log" && [ "$(wc -l <"$log")" -gt 1000 ]
result $? "the same seed gives the same commands"

"$torture" --cpu-seconds 0 --commands 1000 --seed "$((seed + 1))" --print-commands >"$log.2" 2>&1
! cmp -s "$log.1" "$log.2"
result $? "another seed gives others"

"$torture" --cpu-seconds "$cpu_seconds" --seed "$seed" >"$log" 2>&1
result $? "random commands over all rows at once, $cpu_seconds CPU seconds"
[ "$status" -ne 0 ] || cat "$log"
echo "1..$count"
exit "$status"
