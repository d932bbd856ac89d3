# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# Shared by the scripts of this folder: TAP, and clients that are compiled and run; $work is their
# scratch folder, and $failed is for them
# shellcheck disable=SC2034,SC2154
set -u
export LC_ALL=C

count=0
failed=0

# check NAME COMMAND...: the command succeeds; what it said is printed when it does not
check() {
	name=$1
	shift
	count=$((count + 1))
	if "$@" >"$work/log" 2>&1; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		tail -n 30 "$work/log" | sed 's/^/# /'
		failed=1
	fi
}

refused() { ! "$@"; }

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# run_client PROGRAM: it writes and reads 1GB and a file, and finds the library without help
run_client() {
	head -c 65536 /dev/zero >"$work/medium" && "$1" 1GB "$work/medium" &&
		[ "$(head -c 65536 /dev/zero | cmp - "$work/medium" | wc -l)" -eq 1 ]
}

# client OUTPUT COMPILER...: client.c is compiled without a warning and runs
client() {
	output=$1
	shift
	"$@" -Wall -Wextra -Wpedantic -Werror -o "$output" && run_client "$output"
}
