#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Branch coverage of the library by its own tests; fails below 90 % of lib/core or lib/target
#
#   coverage.sh                    configure build-cov, run, print the table
#   coverage.sh --uncovered FILE   the branches of FILE that the last run did not take
#
# Assertions are compiled out: their other branch is a crash, which no test can want.
set -eu

cd "$(dirname "$0")/../.."
if [ "${1-}" = --uncovered ]; then
	exec python3 tests/support/coverage.py build-cov --uncovered "${2:?--uncovered needs a file}"
fi

[ -d build-cov ] || meson setup build-cov -Db_coverage=true -Db_ndebug=true -Dbuildtype=debug \
	-Dc_args=-fprofile-update=atomic >/dev/null
ninja -C build-cov >build-cov/ninja.log || { tail -30 build-cov/ninja.log >&2; exit 1; }
find build-cov -name '*.gcda' -delete
suites=
for suite in unit conformance fault; do
	[ ! -f "tests/$suite/meson.build" ] || suites="$suites --suite $suite"
done
# shellcheck disable=SC2086 # a list of options
meson test -C build-cov --no-rebuild --print-errorlogs --timeout-multiplier 5 $suites >build-cov/tests.log || {
	tail -40 build-cov/tests.log >&2
	echo 'coverage: the tests failed' >&2
	exit 1
}
exec python3 tests/support/coverage.py build-cov --at-least 90 lib/core lib/target
