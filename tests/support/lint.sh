#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The rules of CONTRIBUTING.md that a machine can check; run by ./x lint from the top of the repository
set -u
flag=$(mktemp)
trap 'rm -f "$flag"' EXIT

complain() { # TITLE, and the findings on standard input; runs in a pipeline, so it leaves a mark
	found=$(cat)
	if [ -n "$found" ]; then
		printf '%s:\n%s\n' "$1" "$found"
		echo found >"$flag"
	fi
}

# New files too, before they are added
sources=$(git ls-files -co --exclude-standard '*.c' '*.h' | grep -v '^tests/compat/abi_check.c$')
library=$(printf '%s\n' "$sources" | grep -E '^(lib|cli|include|tools|examples)/')

# shellcheck disable=SC2086 # lists of files without blanks
{
	clang-format --dry-run --Werror $sources 2>&1 | grep 'error:' | head -20 |
		complain 'formatting (clang-format -i FILE mends it)'

	for file in $sources; do
		expand "$file" | awk -v file="$file" 'length($0) > 100 {
			printf "%s:%d: %d columns\n", file, NR, length($0)}'
	done | complain 'lines over 100 columns'

	awk 'FNR == 1 {start = 0} /^{/ {start = FNR} /^}/ {
		if (start && FNR - start > 70) printf "%s:%d: %d lines\n", FILENAME, start, FNR - start
		start = 0
	}' $library | complain 'functions over 70 lines'

	wc -l $library | awk '$2 != "total" && $1 > 800 && $2 !~ /tables|names|libxnvme_spec.h/ {
		printf "%s: %d lines\n", $2, $1}' | complain 'files over 800 lines (tables are exempt)'

	grep -nwE '(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atoll|alloca|rand|srand|system|popen)' \
		$library | grep -E '(strcpy|strcat|sprintf|vsprintf|gets|ato[il]+|alloca|s?rand|system|popen)\(' |
		complain 'functions that are not used here'

	# Names and values that a message quotes would reach the terminal as they are
	grep -nE '(printf|puts|putc|fwrite|perror)\(.*' $library | grep -E '^(cli|tools)/' |
		grep -E 'stderr|perror' | grep -vE 'fputs\((progress_line|"\\n"|g_usage), stderr\)' |
		complain 'messages that do not go through xnvi_text_line()'

	# What is not of one system by its name asks the system through tests/support/sys.h
	git ls-files 'tests/unit/*.[ch]' 'tests/conformance/*.[ch]' 'tests/support/*.[ch]' |
		grep -vE '/linux[_./]|/posix/|/windows/|/(target_fault|retry|os_windows|fuse|immutable|loop|nvme_nodes)\.' |
		xargs grep -nE '^#include <(unistd|fcntl|poll|pthread|sched|semaphore|signal|dirent|windows|io|linux/.*|sys/.*)\.h>' |
		complain 'tests that ask the system themselves (use tests/support/sys.h)'

	grep -LF 'SPDX-License-Identifier: BSD-3-Clause' $sources | complain 'no licence line'
}

python3 -B tests/support/rooms.py | complain 'who may include, write and name what (tests/support/rooms.py)'

if [ "${1-}" != --fast ]; then
	python3 -B tests/support/rooms.py --self-test | grep '^not ok' |
		complain 'violations that were planted and not complained about'
	sh tests/support/toy.sh 2>&1 | complain 'adding an async interface'

	# The build is gcc's, and clang 14 takes its way to clear variables for a mistake
	git ls-files 'lib/*.c' 'cli/*.c' 'tools/*.c' ':!lib/os/windows' |
		xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 4 clang-tidy --quiet -p build \
			--extra-arg=-ftrivial-auto-var-init=uninitialized 2>/dev/null |
		grep -E 'warning:|error:' | sort -u | complain 'clang-tidy'
fi
command -v shellcheck >/dev/null && git ls-files x .ci/run '*.sh' | xargs shellcheck -x -S warning | complain 'shellcheck'

[ ! -s "$flag" ] || exit 1
echo 'lint: nothing to complain about'
