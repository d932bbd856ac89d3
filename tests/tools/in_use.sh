#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Devices in use: every sub-command that changes a device refuses one that is held, and says by whom
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

# What each sub-command does to a device; @ stands for the device
cat >writers <<'WRITERS'
lblk write @ --slba 0x2 --nlb 0 --data-input one
lblk write-zeros @ --slba 0x2 --nlb 0
lblk write-uncor @ --slba 0x2 --nlb 0
lblk write-dir @ --slba 0x2 --nlb 0 --data-input one
lblk write-read-pi @ --slba 0x2 --nlb 0 --data-input one
lblk copy @ --slba 0x0 --nlb 0 --sdlba 0x2
lblk dsm @ --slba 0x0 --llb 8 --ad
lblk dir-send @ --dtype 0x0 --doper 0x1 --endir 0x1 --tgtdir 0x1
lblk dir-receive @ --dtype 0x1 --doper 0x3 --nsr 1
xnvme format @
xnvme sanitize @ --sanact 0x2
xnvme dsm @ --nsid 0x1 --slba 0x0 --llb 8 --ad
xnvme feature-set @ --fid 0x4 --feat 0x150
xnvme set-fdp-events @ --fid 0x1e --feat 0x20000 --cdw12 0x1
xnvme fdp-ruhu @ --pid 0x1
xnvme ctrlr-reset @
xnvme subsystem-reset @
xnvme pioc @ --opcode 0x1 --nsid 0x1 --cdw10 0x2 --data-input one
xnvme pioc @ --opcode 0x8 --nsid 0x1
xnvme pioc @ --opcode 0x9 --nsid 0x1 --data-nbytes 16
xnvme pioc @ --opcode 0x6 --nsid 0x1
xnvme pioc @ --opcode 0x81 --nsid 0x1
xnvme pioc @ --cmd-input write.cmd --data-input one
xnvme pioc @ --cmd-input read.cmd --cdw0 0x1 --data-input one
xnvme pioc @ --cdw0 0x2 --opcode 0x1 --nsid 0x1 --data-input one
xnvme padc @ --opcode 0x80 --nsid 0x1
xnvme padc @ --opcode 0x84
xnvme padc @ --opcode 0x9 --cdw10 0x4
xnvme padc @ --opcode 0xd
xnvme padc @ --opcode 0xc1
xdd sync --data-input data --data-output @ --data-nbytes 4096
xdd async --data-input data --data-output @ --data-nbytes 4096
xnvme_file write-read @ 4096
xnvme_file dump-sync @ --data-nbytes 4096
xnvme_file dump-sync-iovec @ --data-nbytes 4096
xnvme_file dump-async @ --data-nbytes 4096
xnvme_file dump-async-iovec @ --data-nbytes 4096
xnvme_file copy-sync data @
xnvme_file copy-async data @
WRITERS

# Those that change nothing; 0: they succeed on a block device as well
cat >readers <<'READERS'
0 xnvme list
0 xnvme enum
0 xnvme scan
0 xnvme doctor @
0 xnvme library-info
0 xnvme info @
0 xnvme idfy @ --cns 0x0
0 xnvme idfy-ns @
0 xnvme idfy-ctrlr @
- xnvme idfy-cs @
- xnvme log @ --lid 0x2
- xnvme log-erri @
- xnvme log-health @
- xnvme log-fdp-config @ --lsi 0x1 --data-nbytes 512
- xnvme log-ruhu @ --lsi 0x1 --limit 2
- xnvme log-fdp-stats @ --lsi 0x1
- xnvme log-fdp-events @ --lsi 0x1 --limit 2 --lsp 0x1
- xnvme feature-get @ --fid 0x4
- xnvme fdp-ruhs @ --limit 2
- xnvme show-regs @
- xnvme ns-rescan @
0 xnvme pioc @ --opcode 0x2 --nsid 0x1 --data-nbytes 512
0 xnvme pioc @ --opcode 0x0 --nsid 0x1
0 xnvme pioc @ --cmd-input write.cmd --cdw0 0x2 --data-nbytes 512
0 xnvme padc @ --opcode 0x6 --nsid 0x1 --data-nbytes 4096
- xnvme padc @ --opcode 0x2 --cdw10 0x7f0002 --data-nbytes 512
- xnvme padc @ --opcode 0xa --cdw10 0x4
0 lblk enum
0 lblk info @
0 lblk idfy @
0 lblk read @ --slba 0x0 --nlb 0
- lblk compare @ --slba 0x0 --nlb 0 --data-input one
- lblk verify @ --slba 0x0 --nlb 0
0 lblk flush @
- lblk dir-receive @ --dtype 0x0 --doper 0x1
0 xdd sync --data-input @ --data-output copy --data-nbytes 4096
0 xdd async --data-input @ --data-output copy --data-nbytes 4096
0 xnvme_file load-sync @
0 xnvme_file load-async @
0 xnvme_file copy-sync @ copy
READERS

head -c 4096 /dev/urandom >data
head -c 512 data >one
# Write and Read of one block of NSID 1
{
	printf '\001\000\000\000\001\000\000\000'
	head -c 56 /dev/zero
} >write.cmd
{
	printf '\002\000\000\000\001\000\000\000'
	head -c 56 /dev/zero
} >read.cmd

# --- Every sub-command is classified, by the tools and by the tables above --------------------------

for tool in lblk xnvme xnvme_file xdd; do
	for sub in $($tool --help | sed -n '/^Sub-commands/,/^$/s/^  \([a-z-]*\) .*/\1/p'); do
		run "$tool" "$sub" --help
		case $(grep -c -e '^  --force ' -e '^  --dry-run ' .out) in
		0) grep -q -e "^. $tool $sub\( \|\$\)" readers && ! grep -q -e "^$tool $sub " writers ;;
		2) grep -q -e "^$tool $sub " writers ;;
		*) false ;;
		esac
		report $? "$tool $sub is known to change a device, or not to"
	done
done

# Elsewhere both are unknown options
for option in --force --dry-run; do
	expect 2 xnvme info 1GB $option
	says .err "unknown option $option"
	expect 2 lblk read 1GB --slba 0x0 --nlb 0 $option
	expect 2 xnvme $option
done

# --- In memory and files: nobody is asked, and the pattern is written -------------------------------

expect 0 xnvme format 1GB --lbafl 0x0
says .out "xnvme_format:"
says .out "lbafl: 0x0"
expect 0 xnvme sanitize 1GB --sanact 0x2
says .out "xnvme_sanitize:"
says .out "sanact: 0x2"
json xnvme format 1GB
json xnvme sanitize 1GB --sanact 0x2
expect 0 lblk write 1GB --slba 0x0 --nlb 0
cp data image
expect 0 lblk write image --slba 0x0 --nlb 0

# --- A dry run shows the command, and sends nothing -------------------------------------------------

# dry WORD CMD...: succeeds, shows WORD, and leaves the file `image` as it is
dry() {
	word=$1
	shift
	cp data image
	expect 0 "$@" --dry-run
	says .out "dry_run:"
	says .out "$word"
	same data image "a dry run of $*"
}

dry "cdw10: 0x3" lblk write image --slba 0x3 --nlb 7 --data-input data
says .out "cdw12: 0x7"
says .out "data_nbytes: 4096"
says .out "queue: io"
dry "operation: 'Write Zeroes'" lblk write-zeros image --slba 0x0 --nlb 7
dry "operation: 'Write Uncorrectable'" lblk write-uncor image --slba 0x0 --nlb 7
dry "cdw13: 0x10000" lblk write-dir image --slba 0x0 --nlb 0 --dtype 0x1 --dspec 0x1
dry "cdw0: 0x19" lblk copy image --slba 0x0 --nlb 0 --sdlba 0x2
dry "cdw11: 0x4" lblk dsm image --slba 0x0 --llb 8 --ad
dry "cdw0: 0x80" xnvme format image --lbafl 0x1
says .out "cdw10: 0x1"
says .out "queue: admin"
dry "cdw0: 0x84" xnvme sanitize image --sanact 0x4 --ovrpat 0xdeadbeef
says .out "cdw11: 0xdeadbeef"
dry "cdw10: 0x80000004" xnvme feature-set image --fid 0x4 --feat 0x150 --save
dry "cdw0: 0x1d" xnvme fdp-ruhu image --pid 0x1
dry "cdw0: 0x19" lblk dir-send image --dtype 0x0 --doper 0x1
dry "cdw0: 0x81" xnvme pioc image --opcode 0x81
dry "cdw0: 0xc1" xnvme padc image --opcode 0xc1
dry "operation: 'controller reset'" xnvme ctrlr-reset image
dry "operation: 'NVM subsystem reset'" xnvme subsystem-reset image
dry "data_output: 'image'" xdd sync --data-input one --data-output image --data-nbytes 512
dry "data_nbytes: 512" xdd async --data-input one --data-output image --data-nbytes 512
dry "data_output: 'image'" xnvme_file copy-sync one image
dry "data_output: 'image'" xnvme_file copy-async one image
dry "data_output: 'image'" xnvme_file write-read image 512
for sub in dump-sync dump-sync-iovec dump-async dump-async-iovec; do
	dry "data_output: 'image'" xnvme_file $sub image --data-nbytes 512
done
run sh -c "xnvme_file copy-sync - none --dry-run <data"
[ "$status" -eq 0 ] && ! grep -q data_nbytes .out && grep -q "data_output: 'none'" .out
report $? "a dry run does not tell the length of a stream"
expect 0 xnvme_file dump-sync none --data-nbytes 512 --dry-run
expect 0 xdd sync --data-input one --data-output none --data-nbytes 512 --dry-run
[ ! -e none ]
report $? "a dry run creates nothing"
for line in "lblk write @ --slba 0x0 --nlb 0" "lblk read @ --slba 0x0 --nlb 0" "xnvme format @"; do
	dry=--dry-run
	[ "$line" != "${line#lblk read}" ] && dry=
	# shellcheck disable=SC2046,SC2086 # words
	expect 1 $(echo "$line" | sed 's|@|ram:1MiB?path=none|') $dry
	says .err "the image does not exist, and a read-only open does not create it"
	[ ! -e none ] && [ ! -e none.xnvme ]
	report $? "no image is created by $line $dry"
done
json lblk write image --slba 0x0 --nlb 0 --dry-run
json xdd sync --data-input one --data-output image --data-nbytes 512 --dry-run
# What is shown can be sent by hand
expect 0 xnvme pioc image --cdw0 0x1 --cdw1 0x1 --cdw10 0x0 --data-input one
cp data want
dd if=one of=want conv=notrunc 2>/dev/null
same want image "the dwords of a dry run, by pioc"

# --- Devices that are held --------------------------------------------------------------------------

loops=
swapped=
cleanup() {
	[ -z "$swapped" ] || swapoff "$swapped"
	for folder in "$work"/mnt*; do
		umount "$folder" 2>/dev/null
	done
	[ ! -e /dev/mapper/control ] || dmsetup remove "xnvt_$$" 2>/dev/null
	for loop in $loops; do
		losetup -d "$loop" 2>/dev/null
	done
	cd /
	rm -rf "$work"
}
trap cleanup EXIT

# attach FILE [losetup's options]: $loop is a loop device over it
attach() {
	file=$1
	shift
	loop=$(losetup -f --show "$@" "$file" 2>/dev/null) || return 1
	loops="$loop $loops"
}

# node NAME NODE: another node of the same device
node() {
	# shellcheck disable=SC2046 # words
	mknod "$1" b $(stat -c '0x%t 0x%T' "$2")
}

# ext4 NODE FOLDER: a file system that is mounted, and changes nothing by itself
ext4() {
	mkdir "$2" && mkfs.ext4 -q -F "$1" 2>/dev/null && mount -o ro "$1" "$2"
}

# on NODE LINE...: the words of a line, with the node for @
on() {
	device=$1
	shift
	set -f
	# shellcheck disable=SC2046 # words
	set -- $(echo "$*" | sed "s|@|$device|")
	set +f
	run "$@"
}

# refused NODE HOLDER: by every writer, in these words, and not a byte changes
refused() {
	cp "$1" before
	while read -r line; do
		on "$1" "$line" </dev/null
		result=0
		[ "$status" -eq 1 ] && grep -q -F -e "is in use: $2" .err && cmp -s "$1" before || result=1
		report $result "'$line' is refused: $2"
	done <writers
}

# allowed NODE: to every reader
allowed() {
	while read -r want line; do
		on "$1" "$line" </dev/null
		result=0
		! grep -q -F -e "in use" .err || result=1
		[ "$want" = - ] || [ "$status" -eq "$want" ] || result=1
		report $result "'$line' works on a device in use"
	done <readers
}

# forced NODE: --force writes to it all the same
forced() {
	on "$1" lblk write @ --slba 0x2 --nlb 0 --data-input one --force
	[ "$status" -eq 0 ] && dd if="$1" bs=512 skip=2 count=1 2>/dev/null | cmp -s - one
	report $? "--force writes to $1"
	on "$1" xdd sync --data-input data --data-output @ --data-nbytes 4096 --force
	[ "$status" -eq 0 ] && head -c 4096 "$1" | cmp -s - data
	report $? "--force copies to $1"
}

truncate -s 8M image1 image2 image3 image4 image5
if [ "$(id -u)" -ne 0 ]; then
	skip "devices that are held" "needs root"
	finish
fi
if ! attach image1; then
	skip "devices that are held" "no loop devices here"
	finish
fi

# Free: nobody is asked for --force
free=$loop
while read -r line; do
	on "$free" "$line" </dev/null
	! grep -q -F -e "in use" .err
	report $? "'$line' finds a free device free"
done <writers
for line in "lblk write @ --slba 0x2 --nlb 0 --data-input one" \
	    "lblk write-zeros @ --slba 0x2 --nlb 0" "lblk dsm @ --slba 0x0 --llb 8 --ad" \
	    "xdd sync --data-input data --data-output @ --data-nbytes 4096" \
	    "xnvme_file copy-async data @" "xnvme info @?exclusive=1"; do
	on "$free" "$line"
	report "$status" "'$line' works on a free device"
done

# What was written and is not on the disk yet: a claim is not in the way of zeroing and discarding.
# While a descriptor is open, closing another one does not write back.
exec 8<"$free"
for round in 1 2 3; do
	dd if=/dev/urandom of="$free" bs=1M count=4 conv=notrunc 2>/dev/null
	on "$free" "lblk write-zeros @ --slba 0x2 --nlb 511"
	zeroes=$(dd if="$free" bs=512 skip=2 count=512 2>/dev/null | tr -d '\000' | wc -c)
	[ "$status" -eq 0 ] && [ "$zeroes" -eq 0 ]
	report $? "round $round: zeroes what is dirty in the page cache"
	dd if=/dev/urandom of="$free" bs=1M count=4 conv=notrunc 2>/dev/null
	on "$free" "lblk dsm @ --slba 0x0 --llb 4096 --ad"
	report "$status" "round $round: discards what is dirty in the page cache"
done
exec 8<&-

on "$free" "lblk read 1GB --slba 0x0 --nlb 0 --data-output @"
report "$status" "data is put out to a free device"

# The pattern is not for devices
for sub in write write-dir; do
	expect 1 lblk $sub "$free" --slba 0x0 --nlb 0
	says .err "give --data-input"
done

# Before data is lost there is a question, whose default is no
for line in "format $free" "sanitize $free --sanact 0x2"; do
	# shellcheck disable=SC2086 # words
	expect 1 xnvme $line
	says .err "no terminal to ask on: give --force"
	if ! command -v script >/dev/null 2>&1; then
		skip "'$line' asks on a terminal" "script(1) is not installed"
		continue
	fi
	for answer in n "" maybe; do
		echo "$answer" | script -q -e -c "xnvme $line" /dev/null >.out 2>.err
		[ $? -eq 1 ] && grep -q "All data there is lost" .out && grep -q "the answer was not yes" .out
		report $? "'$line' does nothing when the answer is '$answer'"
	done
	echo y | script -q -e -c "xnvme $line" /dev/null >.out 2>.err
	grep -q "$free (.*8388608 bytes)" .out && ! grep -q "the answer was not yes" .out
	report $? "'$line' names the device, and takes y for an answer"
	! grep -q "serial number" .out
	report $? "'$line' does not mention a serial number that is empty"
	# shellcheck disable=SC2086 # words
	run xnvme $line --force
	! grep -q "terminal" .err
	report $? "'$line' does not ask with --force"
done

# Mounted
if command -v mkfs.ext4 >/dev/null 2>&1 && ext4 "$free" "$work/mnt1"; then
	refused "$free" "$free is mounted at $work/mnt1"
	allowed "$free"
	while read -r line; do
		on "$free" "$line --dry-run" </dev/null
		cmp -s "$free" before
		report $? "a dry run of '$line' leaves a mounted device alone"
	done <writers
	expect 0 lblk write "$free" --slba 0x2 --nlb 0 --data-input one --dry-run
	expect 1 xnvme info "$free?exclusive=1"
	says .err "is mounted at $work/mnt1"
	expect 0 xnvme info "$free?exclusive=0"

	# Opcodes: what is not known to change nothing is a change
	for opcode in 0x4 0xd 0x10 0x11 0x15 0x19 0x1d 0x79 0x7d 0x80 0xff; do
		expect 1 xnvme pioc "$free" --opcode $opcode --nsid 0x1
		says .err "is in use"
	done
	for opcode in 0x1 0x5 0x8 0x10 0x11 0x14 0x15 0x19 0x1a 0x1c 0x1d 0x81 0x82 0xc0 0xff; do
		expect 1 xnvme padc "$free" --opcode $opcode
		says .err "is in use"
	done
	for opcode in 0x0 0x2 0x5 0xc 0xe; do
		run xnvme pioc "$free" --opcode $opcode --nsid 0x1 --data-nbytes 512
		! grep -q "is in use" .err
		report $? "I/O opcode $opcode changes nothing"
	done
	for opcode in 0x2 0x6 0xa 0xc 0x18 0x86; do
		run xnvme padc "$free" --opcode $opcode --data-nbytes 4096
		! grep -q "is in use" .err
		report $? "admin opcode $opcode changes nothing"
	done

	# FILE arguments of sub-commands that change no device
	for line in "lblk read 1GB --slba 0x0 --nlb 0 --data-output @" \
		    "xnvme idfy-ns 1GB --data-output @" \
		    "xnvme pioc 1GB --opcode 0x2 --nsid 0x1 --data-nbytes 512 --data-output @"; do
		on "$free" "$line"
		[ "$status" -eq 1 ] && grep -q "is mounted at $work/mnt1" .err && cmp -s "$free" before
		report $? "'$line' is refused"
	done

	# The same as standard output, by any name; the input is not read
	while read -r line; do
		for name in - /dev/stdout; do
			# shellcheck disable=SC2086 # words
			$line $name 1<>"$free" 2>.err <data
			[ $? -eq 1 ] && grep -q "is mounted at $work/mnt1" .err && cmp -s "$free" before
			report $? "'$line $name' is refused for a mounted device as standard output"
		done
	done <<-'STDOUT'
		lblk read 1GB --slba 0x0 --nlb 0 --data-output
		xnvme idfy-ns 1GB --data-output
		xdd sync --data-input data --data-nbytes 4096 --data-output
		xdd async --data-input data --data-nbytes 4096 --data-output
		xnvme_file copy-sync data
		xnvme_file copy-async -
		xnvme_file dump-sync --data-nbytes 4096
		xnvme_file dump-async --data-nbytes 4096
	STDOUT
	xdd sync --data-input data --data-output - --data-nbytes 4096 --force 1<>"$free" 2>.err
	[ $? -eq 0 ] && head -c 4096 "$free" | cmp -s - data
	report $? "--force writes to a mounted device as standard output"
	dd if=before of="$free" bs=4096 count=1 conv=notrunc 2>/dev/null
	expect 1 lblk read "$free" --slba 0x0 --nlb 0 --data-output "$free"
	says .err "input and output are the same"

	# A loop device over a block device that is mounted
	attach "$free"
	refused "$loop" "$free is mounted at $work/mnt1"

	# Out of sight: the mount is in another mount namespace
	if command -v unshare >/dev/null 2>&1 && unshare -m true 2>/dev/null; then
		expect 1 unshare -m sh -c "umount $work/mnt1 && exec lblk write $free --slba 0x2 --nlb 0 \
			--data-input one"
		says .err "held, holder not visible here"
	else
		skip "a mount in another namespace" "unshare(1) does not work here"
	fi
	forced "$free"
else
	skip "a mounted device" "mkfs.ext4 or mount does not work here"
fi

# A partition is mounted, and the whole disk is addressed; the other partition is free
if attach image2 -P && addpart "$loop" 1 2048 4096 2>/dev/null &&
	addpart "$loop" 2 8192 4096 2>/dev/null && [ -b "${loop}p2" ] && ext4 "${loop}p1" "$work/mnt2"; then
	disk=$loop
	refused "$disk" "${disk}p1 is mounted at $work/mnt2"
	refused "${disk}p1" "${disk}p1 is mounted at $work/mnt2"
	expect 0 lblk write "${disk}p2" --slba 0x2 --nlb 0 --data-input one
	expect 0 xdd sync --data-input data --data-output "${disk}p2" --data-nbytes 4096
	attach "${disk}p2"
	refused "${disk}p2" "${disk}p2 is under the loop device $loop"
	forced "$disk"
else
	skip "a mounted partition" "no partitions of loop devices here"
fi

# Swap
if attach image3 && mkswap "$loop" >/dev/null 2>&1 && swapon -p 0 "$loop" 2>/dev/null; then
	swapped=$loop
	refused "$loop" "$loop is used as swap"
	allowed "$loop"
	swapoff "$loop"
	swapped=
	expect 0 lblk write "$loop" --slba 0x2 --nlb 0 --data-input one
else
	skip "swap" "swapon does not work here"
fi

# Under a loop device, which Linux does not count
attach image4
below=$loop
attach "$below"
refused "$below" "$below is under the loop device $loop"
forced "$below"
losetup -d "$loop"
expect 0 lblk write "$below" --slba 0x2 --nlb 0 --data-input one

# The loop device is found when the name of what it is over leads nowhere
for name in gone "blank " "$(head -c 200 /dev/zero | tr '\0' n)"; do
	node "$name" "$below"
	attach "$name"
	rm "$name"
	on "$below" "lblk write @ --slba 0x2 --nlb 0 --data-input one"
	[ "$status" -eq 1 ] && grep -q -F -e "$below is under the loop device $loop" .err
	report $? "a block device under $loop, whose name was '$name', is in use"
	losetup -d "$loop"
done
if command -v mkfs.ext4 >/dev/null 2>&1 && ext4 "$below" "$work/mnt4"; then
	node gone "$below"
	attach gone -r
	rm gone
	on "$loop" "xnvme info @?exclusive=1"
	[ "$status" -eq 1 ] && grep -q -F -e "$below is mounted at $work/mnt4" .err
	report $? "what is below $loop is mounted, and its name is gone"
	losetup -d "$loop"
	umount "$work/mnt4"
	expect 0 lblk write "$below" --slba 0x2 --nlb 0 --data-input one
else
	skip "a mounted device below" "mkfs.ext4 or mount does not work here"
fi

# Two loop devices over one file: a user of the other one would lose data
attach image4
refused "$loop" "its file is under the loop device $below as well"
forced "$loop"
losetup -d "$loop"
losetup -d "$below"
attach image4 --sizelimit 4194304
below=$loop
attach image4 -o 4194304
expect 0 lblk write "$below" --slba 0x2 --nlb 0 --data-input one
expect 0 lblk write "$loop" --slba 0x2 --nlb 0 --data-input one
losetup -d "$loop"
losetup -d "$below"

# A part of a device of the device mapper
if [ -e /dev/mapper/control ] && command -v dmsetup >/dev/null 2>&1 && attach image5 &&
	dmsetup create "xnvt_$$" --table "0 8192 linear $loop 0" 2>/dev/null; then
	refused "$loop" "$loop is part of"
	says .err "(xnvt_$$)"
	forced "$loop"
else
	skip "a part of a dm device" "this kernel has no device mapper"
fi

finish
