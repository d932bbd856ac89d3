#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# xnvme_demo: data comes back through every interface, a byte that changed is found, reports are valid
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

head -c 70001 /dev/urandom >content
mkdir out tmp
export TMPDIR="$work/tmp"

member() { # EXPRESSION: true of the object in out/report.json
	if ! command -v python3 >/dev/null 2>&1; then
		skip "report.json: $1" "python3 is not installed"
		return
	fi
	python3 -c "
import json, sys
d = json.load(open('out/report.json'))['xnvme_demo']
rows = d['interfaces']
moved = [r for r in rows if r['state'] in ('verified', 'mismatch')]
sys.exit(not ($1))" 2>"$work/.err"
	report $? "report.json: $1"
}

expect 0 xnvme_demo --output-dir out content
says .out "0 mismatched, 0 failed"
member "d['nverified'] == len(moved) >= 6"
member "d['file']['nbytes'] == 70001"
member "all(r['crc32c'] == d['file']['crc32c'] for r in moved)"
member "all(r['iops'] > 0 and 0 < r['latency_p50_ns'] <= r['latency_p99_ns'] for r in moved)"
member "all(r['why'] for r in rows if r['state'] == 'unavailable')"
# An interface reads what another one wrote
member "all(r['read_back_by'] != r['interface'] for r in moved)"
# One pread per command, and it was seen: or it is said why not
member "all(r['syscalls_per_command'] in (1, None) for r in rows if r['interface'] == 'psync')"
member "all(r['syscalls_why'] for r in moved if r['syscalls_per_command'] is None)"
grep -q '</html>' out/report.html
report $? "report.html is complete"
! grep -q -e '<script' -e 'src=' -e 'href=' out/report.html
report $? "report.html loads nothing"

find tmp -type f >left
[ ! -s left ]
report $? "no file is left behind"

expect 1 xnvme_demo --corrupt --output-dir out content
says .out "MISMATCH"
says .out "0 verified"
member "d['nverified'] == 0 and d['nmismatched'] == len(moved) >= 6"

expect 2 xnvme_demo --no-such-option
expect 2 xnvme_demo content content
expect 1 xnvme_demo missing
: >empty
expect 1 xnvme_demo empty
expect 1 xnvme_demo --output-dir missing content
says .err "missing: No such file"

xnvme_demo --output-dir out content >interrupted 2>&1 &
pid=$!
until grep -q '^medium' interrupted || ! kill -0 "$pid" 2>/dev/null; do :; done
kill -TERM "$pid"
wait "$pid"
[ $? -eq 143 ]
report $? "exit 143 on SIGTERM"
find tmp -type f >left
[ ! -s left ]
report $? "no file is left behind on SIGTERM"

finish
