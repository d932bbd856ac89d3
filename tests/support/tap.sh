# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# Results of a script as TAP: read by scripts in the top folder. $count and $failed are for them.
# shellcheck disable=SC2034
count=0
failed=0

say() { # ok|'not ok' NAME
	count=$((count + 1))
	echo "$1 $count - $2"
	[ "$1" = ok ] || failed=1
}

# check NAME LOG COMMAND...: it succeeds; the end of the log says why not
check() {
	name=$1
	log=$2
	shift 2
	if "$@" >"$log" 2>&1; then
		say ok "$name"
	else
		say 'not ok' "$name"
		tail -n 30 "$log" | sed 's/^/# /'
		return 1
	fi
}
