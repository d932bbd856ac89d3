#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The tool lblk on the in-memory device; each run starts with a device full of zeroes
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

head -c 4096 /dev/zero >zero
head -c 4096 /dev/urandom >data
head -c 511 /dev/urandom >short
head -c 512 /dev/zero >zero512

expect 0 lblk enum
expect 0 lblk info 1GB
expect 0 lblk idfy 1GB --data-output ns.bin
size ns.bin 4096

# --nlb is zero-based: 7 is eight blocks of 512 bytes
expect 0 lblk read 1GB --slba 0x0 --nlb 7 --data-output out
size out 4096
same out zero "a fresh device"
says .out "nblocks: 8"
head -c 10000 /dev/urandom >out
expect 0 lblk read 1GB --slba 0x1fffff --nlb 0 --data-output out
size out 512
expect 0 lblk write 1GB --slba 0x0 --nlb 7 --data-input data
expect 0 lblk write 1GB --slba 0x0 --nlb 7
says .out "A to Z, repeated"
expect 1 lblk write 1GB --slba 0x0 --nlb 0 --data-input short
says .err "holds 511 bytes, 512 are needed"
expect 1 lblk write 1GB --slba 0x0 --nlb 0 --data-input nosuch
says .err "nosuch"
expect 0 lblk write-zeros 1GB --slba 0x0 --nlb 7
expect 0 lblk write-zeros 1GB --slba 0x0 --nlb 7 --data-input data
says .err "ignored"
expect 0 lblk write-uncor 1GB --slba 0x0 --nlb 7
expect 0 lblk compare 1GB --slba 0x0 --nlb 7 --data-input zero
expect 1 lblk compare 1GB --slba 0x0 --nlb 7 --data-input data
says .err "Compare Failure"
expect 0 lblk verify 1GB --slba 0x0 --nlb 7
expect 0 lblk flush 1GB
expect 0 lblk copy 1GB --slba 0x0 --nlb 7 --sdlba 0x10
says .out "sdlba: 0x10"
expect 0 lblk dsm 1GB --slba 0x0 --llb 8 --ad

# Past the end, and around the corner
for sub in read write write-zeros write-uncor compare verify; do
	for slba in 0x200000 0x1fffff 0xffffffffffffffff 0x80000000000000; do
		expect 1 lblk $sub 1GB --slba $slba --nlb 1
		says .err "LBA Out of Range"
	done
done
expect 1 lblk copy 1GB --slba 0x0 --nlb 0 --sdlba 0x200000
expect 1 lblk copy 1GB --slba 0x200000 --nlb 0 --sdlba 0x0
expect 1 lblk read 1GB --slba 0x0 --nlb 0 --nsid 0x5
expect 1 lblk read 1GB --slba 0x0 --nlb 0 --meta-output meta
says .err "no separate metadata"
# Without protection information PRACT and PRCHK mean nothing, and the tool says so
for device in 1GB piimage "ram:8MiB?lba_nbytes=4096"; do
	head -c 65536 /dev/zero >piimage
	for pract in 0 1 0x1; do
		expect 0 lblk write-read-pi "$device" --slba 0x2 --nlb 0 --pract $pract --prchk 0x7
		says .err "--pract $((pract)) and --prchk 0x7 have no effect"
		says .err "--nlb 0x0 (0), --pract 0x$((pract)) ($((pract))), --prchk 0x7 (7)"
		says .out "meta_nbytes: 0"
	done
	expect 0 lblk write-read-pi "$device" --slba 0x2 --nlb 0
	! grep -q "mean nothing" .err
	report $? "write-read-pi says nothing of options that were not given"
	expect 1 lblk write-read-pi "$device" --slba 0x2 --nlb 0 --meta-input zero512
	says .err "no separate metadata"
done
head -c 512 data >one
expect 0 lblk write-read-pi piimage --slba 0x2 --nlb 0 --pract 1 --prchk 0x7 --data-input one
{ head -c 1024 zero; cat one; } >want
head -c 1536 piimage >got
same want got "lblk write-read-pi wrote its input"
expect 1 lblk write-dir 1GB --slba 0x0 --nlb 0 --dtype 0x10
expect 1 lblk dir-receive 1GB --dtype 0x7 --doper 0x7
says .err "Directive Receive"
expect 1 lblk dir-send 1GB --dtype 0x0 --doper 0x1 --endir 0x1 --tgtdir 0x1

# A file is read and written by blocks as well, and keeps what was written
cp data image
expect 1 lblk write image --slba 0x2 --nlb 0 --data-input ./zero
says .err "holds 4096 bytes, 512 are needed"
same data image "a refused input leaves the device alone"
expect 0 lblk write image --slba 0x2 --nlb 0 --data-input zero512
expect 0 lblk read image --slba 0x0 --nlb 7 --data-output out
same out image "the file and what was read from it"
head -c 1024 data >want
head -c 512 zero >>want
tail -c 2560 data >>want
same image want "only the block written has changed"

# What a file does not have is said, and what has it
for args in "write-uncor image --slba 0x0 --nlb 0" "copy image --slba 0x0 --nlb 0 --sdlba 0x1" \
	    "compare image --slba 0x0 --nlb 0" "verify image --slba 0x0 --nlb 0"; do
	# shellcheck disable=SC2086
	expect 1 lblk $args
	says .err "is not a command of a regular file"
	says .err "use an NVMe namespace"
done
expect 1 lblk dir-send image --dtype 0x0 --doper 0x1
says .err "a regular file has no controller for admin opcode 19h"
says .err "send admin commands to an NVMe device"

# Words beside paths: a word wins, ./WORD is a path
head -c 26 /dev/zero | tr '\0' x >anum
expect 1 lblk write image --slba 0x0 --nlb 0 --data-input ./anum
for word in zero anum rand-k rand-t; do
	cp data image
	expect 0 lblk write image --slba 0x1 --nlb 1 --data-input $word
	says .out "data: '$word'"
	says .err "# lblk write: --slba 0x1 (1), --nlb 0x1 (1)"
	tail -c +513 image | head -c 1024 >$word.got
	cp image $word.image
	cmp -s data image && status=1 || status=0
	report $status "lblk write --data-input $word writes"
done
head -c 1024 zero >want
same want zero.got "--data-input zero"
printf ABCDEFGHIJKLMNOPQRSTUVWXYZAB >want
head -c 28 anum.got >got
same want got "--data-input anum"
expect 0 lblk write image --slba 0x1 --nlb 1 --data-input rand-k
same image rand-k.image "--data-input rand-k is the same each time"
rm anum
for path in z rand anum1 Zero; do
	head -c 512 data >"$path"
	head -c 65536 /dev/zero >image
	expect 0 lblk write image --slba 0x0 --nlb 0 --data-input "$path"
	head -c 512 image >got
	same "$path" got "$path is a path: words are whole and in lower case"
	rm "$path"
done

# Numbers: --slba is base 16 and has no suffix, --nlb is base 10 or 0x, with suffixes in either case
expect 0 lblk write 1GB --slba 16 --nlb 0x10
says .err "# lblk write: --slba 0x16 (22), --nlb 0x10 (16)"
says .out "slba: 0x16"
expect 0 lblk write-zeros 1GB --slba 0x0 --nlb 1k
says .err "--nlb 0x400 (1024)"
expect 2 lblk write 1GB --slba 1k --nlb 0
says .err "base 16"
expect 0 lblk read 1GB --slba 16 --nlb 0
! grep -q '^#' .err
report $? "what changes nothing echoes nothing"
expect 0 lblk write image --slba f --nlb 0 --dry-run
says .err "# lblk write: --slba 0xf (15), --nlb 0x0 (0)"

for args in enum "info 1GB" "idfy 1GB" "read 1GB --slba 0x0 --nlb 0" "write 1GB --slba 0x0 --nlb 0" \
	    "write-zeros 1GB --slba 0x0 --nlb 0" "compare 1GB --slba 0x0 --nlb 0 --data-input zero512" \
	    "verify 1GB --slba 0x0 --nlb 0" "flush 1GB" "copy 1GB --slba 0x0 --nlb 0 --sdlba 0x1" \
	    "dsm 1GB --slba 0x0 --llb 1 --ad"; do
	# shellcheck disable=SC2086
	json lblk $args
done

if command -v strace >/dev/null 2>&1 && strace -o trace true 2>/dev/null; then
	for sub in "info image" "idfy image" "read image --slba 0x0 --nlb 0"; do
		# shellcheck disable=SC2086
		strace -f -o trace -e trace=open,openat lblk $sub >/dev/null 2>"$work/.err"
		grep '"image"' trace | grep -q O_RDONLY
		report $? "opens for reading only: lblk $sub"
		! grep '"image"' trace | grep -v O_CLOEXEC | grep -q .
		report $? "closes on exec: lblk $sub"
	done
else
	skip "how files are opened" "strace does not work here"
fi

finish
