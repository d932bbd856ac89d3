# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# Shared by the tests of the tools: TAP output, a scratch folder, checks on commands.
# TOOLS_DIR is the folder with the tools built; meson sets it.
set -u
export LC_ALL=C

: "${TOOLS_DIR:?the folder of the tools built}"
TOOLS_DIR=$(cd "$TOOLS_DIR" && pwd)
PATH="$TOOLS_DIR:$PATH"

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work" || exit 99

count=0
failed=0

# report RESULT NAME: RESULT is 0 for success
report() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		sed 's/^/# stdout: /' "$work/.out" 2>/dev/null | head -n 20
		sed 's/^/# stderr: /' "$work/.err" 2>/dev/null | head -n 20
		failed=1
	fi
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# run CMD...: output in .out and .err, status in $status
run() {
	"$@" >"$work/.out" 2>"$work/.err"
	status=$?
	# In builds with sanitizers a report must not pass for a failure that was expected
	if grep -q -e Sanitizer -e 'runtime error:' "$work/.err"; then
		status=99
	fi
}

# expect STATUS CMD...: exit status as given; a failure has said something on stderr
expect() {
	want=$1
	shift
	run "$@"
	result=0
	[ "$status" -eq "$want" ] || result=1
	[ "$want" -eq 0 ] || [ -s "$work/.err" ] || result=1
	report $result "exit $want: $*"
}

# says FILE TEXT: the last command wrote TEXT to .out or .err
says() {
	grep -q -F -e "$2" "$work/$1"
	report $? "$1 has: $2"
}

same() {
	cmp -s "$1" "$2"
	report $? "same bytes: $1 $2, $3"
}

# size FILE NBYTES
size() {
	found=$(wc -c <"$1" | tr -d ' ')
	[ "$found" -eq "$2" ]
	report $? "$1 has $2 bytes (found $found)"
}

# json CMD...: with --json, the output is one valid document
json() {
	if ! command -v python3 >/dev/null 2>&1; then
		skip "valid JSON: $*" "python3 is not installed"
		return
	fi
	run "$@" --json
	result=$status
	[ "$result" -eq 0 ] && { python3 -m json.tool <"$work/.out" >/dev/null 2>"$work/.err" || result=1; }
	report "$result" "valid JSON: $* --json"
}

finish() {
	echo "1..$count"
	exit $failed
}
