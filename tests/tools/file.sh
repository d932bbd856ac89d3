#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The tool xnvme_file: exit 0 only when all bytes are there, and the output holds nothing else
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

# pattern NBYTES FILE: A to Z, repeated
pattern() {
	yes ABCDEFGHIJKLMNOPQRSTUVWXYZ | tr -d '\n' | head -c "$1" >"$2"
}

for nbytes in 0 1 511 513 10000 1048577; do
	head -c $nbytes /dev/urandom >src
	pattern $nbytes want
	for sub in copy-sync copy-async; do
		for args in "" "--iosize 4096" "--iosize 1000"; do
			# What was there before is longer
			head -c 2000000 /dev/zero >dst
			# shellcheck disable=SC2086
			expect 0 xnvme_file $sub src dst $args
			same src dst "$sub of $nbytes bytes $args"
		done
	done
	for sub in dump-sync dump-sync-iovec dump-async dump-async-iovec; do
		for args in "" "--iosize 4096" "--iosize 100000"; do
			head -c 2000000 /dev/zero >dst
			# shellcheck disable=SC2086
			expect 0 xnvme_file $sub dst --data-nbytes $nbytes $args
			same want dst "$sub of $nbytes bytes $args"
		done
	done
	for sub in load-sync load-async; do
		expect 0 xnvme_file $sub src
		says .out "data_nbytes: $nbytes"
	done
	expect 0 xnvme_file write-read file $nbytes
	same want file "write-read of $nbytes bytes"
done

# Vectors of all shapes; each batch once went to offset 0, or came from a stack that was gone
pattern 65536 want
for cnt in 1 2 3 4 1024; do
	for sub in dump-sync-iovec dump-async-iovec; do
		rm -f dst
		expect 0 xnvme_file $sub dst --data-nbytes 65536 --iosize 4096 --vec-cnt $cnt
		same want dst "$sub --vec-cnt $cnt"
		rm -f dst
		expect 0 xnvme_file $sub dst --data-nbytes 65536 --iosize 777 --vec-cnt $cnt
		same want dst "$sub --iosize 777 --vec-cnt $cnt"
	done
done

# Every asynchronous interface that serves files here
pattern 300001 want
head -c 300001 /dev/urandom >src
: >probe
xnvme doctor probe | awk '/async: /{a=$2} /usable: true/{print a}' | tr -d "'" | sort -u |
	grep -v -x -e nil -e '~' >interfaces
[ -s interfaces ]
report $? "doctor names asynchronous interfaces for files"
while read -r async; do
	for depth in 1 2 3 64 4096; do
		rm -f dst
		expect 0 xnvme_file dump-async-iovec dst --data-nbytes 300001 --iosize 1024 --vec-cnt 3 \
			--async "$async" --qdepth $depth
		same want dst "dump-async-iovec by $async at depth $depth"
		expect 0 xnvme_file copy-async src dst --iosize 4096 --async "$async" --qdepth $depth
		same src dst "copy-async by $async at depth $depth"
	done
done <interfaces

# Without the page cache the last piece is padded, and the padding is cut off
if dd if=/dev/zero of=direct bs=4096 count=1 oflag=direct 2>/dev/null; then
	for nbytes in 1 511 513 10000 1048577; do
		head -c $nbytes /dev/urandom >src
		for sub in copy-sync copy-async; do
			expect 0 xnvme_file $sub src dst --direct
			same src dst "$sub --direct of $nbytes bytes"
		done
		pattern $nbytes want
		expect 0 xnvme_file dump-async dst --data-nbytes $nbytes --direct
		same want dst "dump-async --direct of $nbytes bytes"
	done
else
	skip "--direct" "the file system has no O_DIRECT"
fi

# A file that must not grow: the error is reported, by whichever step meets it
head -c 200000 /dev/urandom >src
for sub in copy-sync copy-async; do
	run sh -c "trap '' XFSZ; ulimit -f 16; exec xnvme_file $sub src limited --iosize 4096"
	[ "$status" -eq 1 ] && [ -s .err ]
	report $? "exit 1 when the output may not grow: $sub"
	rm -f limited
done
for sub in dump-sync dump-sync-iovec dump-async dump-async-iovec; do
	run sh -c "trap '' XFSZ; ulimit -f 16; exec xnvme_file $sub limited --data-nbytes 200000 --iosize 4096"
	[ "$status" -eq 1 ] && [ -s .err ]
	report $? "exit 1 when the output may not grow: $sub"
	rm -f limited
done

expect 1 xnvme_file load-sync nosuch
expect 1 xnvme_file copy-sync nosuch dst
expect 1 xnvme_file copy-sync src /nosuch/folder/file
expect 1 xnvme_file dump-sync "$work" --data-nbytes 1
expect 1 xnvme_file dump-async dst --data-nbytes 1 --async nosuch
cp src kept
expect 1 xnvme_file copy-sync src src
says .err "the same"
same src kept "copying a file onto itself leaves it alone"
ln src link
expect 1 xnvme_file copy-async src link
same src kept "by another name as well"
expect 1 xnvme_file dump-sync dst --data-nbytes 18446744073709551615
says .err "exceed the largest file"

json xnvme_file dump-sync dst --data-nbytes 1000
json xnvme_file dump-async-iovec dst --data-nbytes 1000
json xnvme_file load-async dst
json xnvme_file copy-sync src dst
json xnvme_file write-read dst 100

finish
