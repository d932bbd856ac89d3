#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The tool xdd: every byte, or a failure
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

for sub in sync async; do
	for nbytes in 0 1 511 513 10000 1048577; do
		head -c $nbytes /dev/urandom >src
		for args in "" "--iosize 4096" "--iosize 1000"; do
			head -c 2000000 /dev/zero >dst
			# shellcheck disable=SC2086
			expect 0 xdd $sub --data-input src --data-output dst --data-nbytes $nbytes $args
			same src dst "$sub of $nbytes bytes $args"
		done
		# A part of the input
		head -c 2000000 /dev/urandom >long
		head -c $nbytes long >want
		rm -f dst
		expect 0 xdd $sub --data-input long --data-output dst --data-nbytes $nbytes
		same want dst "$sub of the first $nbytes bytes"
	done

	# The input is shorter than asked for: a tail that was dropped, once
	head -c 10000 /dev/urandom >src
	for nbytes in 10001 12288 1000000; do
		expect 1 xdd $sub --data-input src --data-output dst --data-nbytes $nbytes --iosize 4096
		says .err "the input has 10000 bytes, $nbytes at offset 0 are beyond its end"
	done
	expect 1 xdd $sub --data-input src --data-output dst --data-nbytes 1 --offset 10000

	# A special file has no size beforehand: its end shows while reading
	if [ -r /proc/version ]; then
		expect 1 xdd $sub --data-input /proc/version --data-output dst --data-nbytes 65536
		says .err "the input ends after"
	fi

	# --offset skips bytes of the input only, --seek of the output only; what is before stays
	head -c 7000 /dev/urandom >dst
	tail -c 5000 src >want
	expect 0 xdd $sub --data-input src --data-output dst --data-nbytes 5000 --offset 5000
	same want dst "$sub --offset"
	head -c 7000 /dev/urandom >dst
	head -c 7000 dst >want
	head -c 5000 src >>want
	expect 0 xdd $sub --data-input src --data-output dst --data-nbytes 5000 --seek 7000
	same want dst "$sub --seek"
	head -c 1k /dev/urandom >dst
	head -c 1k dst >want
	tail -c +2049 src | head -c 3072 >>want
	expect 0 xdd $sub --data-input src --data-output dst --data-nbytes 3k --offset 2K --seek 0x400
	same want dst "$sub --offset and --seek"
	says .err "# xdd $sub: --data-nbytes 0xc00 (3072), --offset 0x800 (2048), --seek 0x400 (1024)"
	expect 0 xdd $sub --data-input src --data-output dst --data-nbytes 3k --offset 2K \
		--seek 0x400 --dry-run
	says .out "  offset: 2048"
	says .out "  seek: 1024"
	says .err "# xdd $sub: --data-nbytes 0xc00 (3072), --offset 0x800 (2048), --seek 0x400 (1024)"
	expect 1 xdd $sub --data-input src --data-output dst --data-nbytes 1 \
		--offset 18446744073709551615
	expect 1 xdd $sub --data-input src --data-output dst --data-nbytes 1 \
		--seek 18446744073709551615

	# To and from the device in memory
	head -c 10000 /dev/zero >want
	rm -f dst
	expect 0 xdd $sub --data-input 1GB --data-output dst --data-nbytes 10000
	same want dst "$sub from a device"
	expect 0 xdd $sub --data-input src --data-output 1GB --data-nbytes 8192 --iosize 4096
	expect 1 xdd $sub --data-input 1GB --data-output dst --data-nbytes 1073741825
	says .err "the input has 1073741824 bytes"
	expect 1 xdd $sub --data-input src --data-output 1GB --data-nbytes 512 --seek 1073741824

	run sh -c "trap '' XFSZ; ulimit -f 16; exec xdd $sub --data-input long --data-output limited \
		--data-nbytes 135168 --iosize 4096"
	[ "$status" -eq 1 ] && [ -s .err ]
	report $? "exit 1 when the output may not grow: $sub"
	rm -f limited

	expect 1 xdd $sub --data-input nosuch --data-output dst --data-nbytes 1
	expect 1 xdd $sub --data-input src --data-output /nosuch/file --data-nbytes 1
	expect 1 xdd $sub --data-input src --data-output src --data-nbytes 1
	json xdd $sub --data-input src --data-output dst --data-nbytes 100
done

# A depth that is no power of two was refused inside, with exit 0
head -c 100000 /dev/urandom >src
expect 0 xdd async --data-input src --data-output dst --data-nbytes 100000 --qdepth 3 --iosize 1000
same src dst "depth 3"
expect 0 xdd async --data-input src --data-output dst --data-nbytes 100000 --qdepth 512 --iosize 100
same src dst "depth 512"

# What was written is flushed before success is reported
if command -v strace >/dev/null 2>&1 && strace -o trace true 2>/dev/null; then
	for sub in sync async; do
		strace -f -o trace -e trace=fsync,fdatasync,io_uring_enter \
			xdd $sub --data-input src --data-output dst --data-nbytes 100000 >/dev/null
		grep -q -e 'sync(.*= 0' trace
		report $? "flushes the output: $sub"
	done
else
	skip "flushes the output" "strace does not work here"
fi

finish
