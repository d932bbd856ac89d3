#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Run every fuzz target for SECONDS (60), or one of them: run.sh [SECONDS [TARGET]]
#
# The seed is SEED, random by default. New inputs are kept in build-fuzz/corpus; a finding is written to build-fuzz/ and replayed by
# build-fuzz/tests/fuzz/fuzz_TARGET FILE.
set -eu

cd "$(dirname "$0")/../.."
seconds=${1:-60}
case $seconds in *[!0-9]* | '') echo "fuzz: '$seconds' is not a number of seconds" >&2; exit 2 ;; esac

[ -d build-fuzz ] || CC=clang meson setup build-fuzz -Dbuildtype=debugoptimized -Dfuzz=true \
	-Db_sanitize=address,undefined -Db_lundef=false -Dexamples=false -Dtools=false \
	-Dc_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=undefined' >/dev/null
ninja -C build-fuzz >build-fuzz/ninja.log || { tail -30 build-fuzz/ninja.log >&2; exit 1; }
# A fuzzer does not guess names: it gets those of all options
grep -oE '"[a-z][a-z0-9-]+"' cli/table.c | sort -u | tr -d '"' |
	sed 's/.*/"\\x0a--&\\x0a"/' >build-fuzz/argv.dict

failed=
for path in build-fuzz/tests/fuzz/fuzz_*; do
	[ -f "$path" ] && [ -x "$path" ] || continue
	name=${path##*/fuzz_}
	[ -z "${2-}" ] || [ "$2" = "$name" ] || continue
	corpus=build-fuzz/corpus/$name
	mkdir -p "$corpus"
	dict=
	[ "$name" != argv ] || dict=-dict=build-fuzz/argv.dict
	# shellcheck disable=SC2086 # one option or none
	if "$path" $dict -seed="${SEED-0}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
		-artifact_prefix="build-fuzz/$name-" -print_final_stats=1 "$corpus" \
		"tests/fuzz/corpus/$name" >"build-fuzz/$name.log" 2>&1; then
		verdict=ok
	else
		verdict='FOUND SOMETHING'
		failed="$failed $name"
	fi
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build-fuzz/$name.log")
	cov=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "build-fuzz/$name.log" | tail -1)
	printf '%-10s %s: %s executions, %s edges\n' "$name" "$verdict" "${runs:-0}" "${cov:-0}"
done
for name in $failed; do
	echo "fuzz: $name, see build-fuzz/$name.log" >&2
	tail -25 "build-fuzz/$name.log" >&2
done
[ -z "$failed" ]
