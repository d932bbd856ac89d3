#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Data by standard input and output, pipes and special files; inputs of a wrong length; outputs that
# a failure leaves alone
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/tools/files.sh
. "$(dirname "$0")/files.sh"
files_begin
head -c 300000 /dev/urandom >old

# unchanged TITLE: the device and the old output are as before
unchanged() {
	cmp -s device dev && cmp -s "$work/kept" old
	report $? "unchanged: $1"
}
cp old kept

# --- every FILE argument as standard input and output ------------------------------------------------

clear() {
	: >.out
	: >.err
}

while read -r kind nbytes tool sub arg args; do
	title="$tool $sub $arg"
	case $kind in
	in | any)
		input "$nbytes" good
		clear
		with - "$tool" "$sub" "$args" <good
		statuses="$statuses $status"
		cat good | { with - "$tool" "$sub" "$args"; echo "$status" >piped; }
		statuses="$statuses $(cat piped)"
		at_once 0 "- is standard input, a file or a pipe: $title"
		[ ! -e ./- ]
		report $? "no file -: $title"
		cp device dev
		;;
	out)
		clear
		with made "$tool" "$sub" "$args"
		statuses="$statuses $status"
		for name in - /dev/stdout /proc/self/fd/1 /dev/fd/1 "$work/.out"; do
			clear
			with "$name" "$tool" "$sub" "$args --json"
			statuses="$statuses $status"
			cmp -s made .out || statuses="$statuses data:$name"
			cp .err report
		done
		at_once 0 "standard output by any name has the data alone: $title"
		[ ! -e ./- ]
		report $? "no file -: $title"
		! command -v python3 >/dev/null || python3 -m json.tool <report >/dev/null
		report $? "standard error has the report alone: $title"
		rm -f made
		;;
	esac
done <table

# --- inputs of another length ------------------------------------------------------------------------

while read -r kind nbytes tool sub arg args; do
	[ "$kind" = in ] || continue
	for wrong in 0 1 $((nbytes - 1)) $((nbytes + 1)) $((nbytes * 3)); do
		input "$wrong" wrong
		clear
		with wrong "$tool" "$sub" "$args"
		statuses="$statuses $status"
		cat wrong | { with - "$tool" "$sub" "$args"; echo "$status" >piped; }
		statuses="$statuses $(cat piped)"
		[ "$(grep -c -F "holds $wrong bytes, $nbytes are needed" .err)" -eq 2 ] ||
			statuses="$statuses words"
	done
	at_once 1 "another length is refused with both lengths: $tool $sub $arg"
	unchanged "another length, $tool $sub $arg"
done <table
expect 1 lblk write dev --slba 0x0 --nlb 0 --data-input /dev/zero
says .err "holds more than"
unchanged "an input without end"
# A command of the caller's own, without --data-nbytes: the input says how long it is
head -c 1024 /dev/zero >two
expect 0 sh -c "cat two | xnvme pioc 1GB --opcode 0x1 --nsid 0x1 --cdw12 0x1 --data-input -"
expect 0 xnvme pioc 1GB --opcode 0x1 --nsid 0x1 --cdw12 0x1 --data-input two
expect 1 xnvme pioc 1GB --opcode 0x1 --nsid 0x1 --data-input /dev/null
says .err "is empty"
expect 1 xnvme pioc 1GB --opcode 0x1 --nsid 0x1 --data-input two --data-nbytes 512
says .err "holds 1024 bytes, 512 are needed"
expect 1 xnvme pioc 1GB --opcode 0x1 --nsid 0x1 --data-input /dev/zero
says .err "holds more than"

# --- one stream for two --------------------------------------------------------------------------------

expect 1 xnvme pioc 1GB --opcode 0x1 --nsid 0x1 --data-input - --cmd-input -
says .err "both standard input"
expect 1 xnvme pioc 1GB --opcode 0x2 --nsid 0x1 --data-nbytes 512 --data-output - --meta-nbytes 8 --meta-output -
says .err "both standard output"
expect 1 xnvme pioc 1GB --opcode 0x2 --nsid 0x1 --data-nbytes 512 --data-output - --meta-nbytes 8 \
	--meta-output /dev/stdout
says .err "both standard output"
for sub in sync async; do
	cat old | run xdd $sub --data-input - --data-output - --data-nbytes 300000
	same old .out "xdd $sub from standard input to standard output"
done
expect 1 xnvme_file write-read - 100
says .err "cannot be read back"
[ ! -e ./- ]
report $? "no file -: xnvme_file write-read"

# --- what standard output and error are else -------------------------------------------------------------

lblk read dev --slba 0x0 --nlb 0 --data-output /dev/null >/dev/null 2>.err
[ $? -eq 0 ] && [ ! -s .err ]
report $? "/dev/null mixes nothing up, so the report stays on standard output"
lblk read dev --slba 0x0 --nlb 0 --data-output /dev/stderr >.out 2>.err
head -c 512 device | cmp -s - .err && grep -q data_nbytes .out
report $? "/dev/stderr gets the data, standard output the report"
expect 1 sh -c "exec lblk write dev --slba 0x0 --nlb 0 --data-input - <&-"
unchanged "standard input is closed"
expect 1 sh -c "exec lblk read dev --slba 0x0 --nlb 0 --data-output - >&-"
expect 1 sh -c "exec xnvme_file copy-sync - old <&-"
unchanged "standard input is closed, xnvme_file"
expect 1 sh -c "exec xnvme_file copy-sync dev - >&-"
cp old self
expect 1 sh -c "exec xnvme_file copy-sync self - >>self"
expect 1 sh -c "exec xnvme_file copy-sync - self <self"
says .err "the same"
same old self "copying a file onto itself by a stream leaves it alone"

# --- an output that is the device itself --------------------------------------------------------------

head -c 1M /dev/urandom >image
cp image image.kept
cp image plain
expect 0 xnvme feature-set "ram:1MiB?path=image" --fid 0x4 --feat 0x150 --save
[ -e image.xnvme ]
report $? "the image has a file beside it"
cp image.xnvme beside.kept
# An image has one name; a file that is not one may have several
ln plain hard
ln -s image soft
ln image.xnvme hard.xnvme
# Each line: the device, and the output that is the same; both are URIs for xdd
while read -r uri out; do
	for line in "lblk read $uri --slba 0x0 --nlb 0 --data-output $out" \
		    "xnvme idfy-ns $uri --data-output $out" \
		    "xnvme pioc $uri --opcode 0x2 --nsid 0x1 --data-nbytes 512 --data-output $out" \
		    "xdd sync --data-input $uri --data-output $out --data-nbytes 512" \
		    "xdd async --data-input $uri --data-output $out --data-nbytes 512"; do
		# shellcheck disable=SC2086 # words
		expect 1 $line
		says .err "input and output are the same: '$out'"
	done
	for name in - /dev/stdout; do
		lblk read "$uri" --slba 0x0 --nlb 0 --data-output $name 1<>"$out" 2>.err
		[ $? -eq 1 ] && grep -q "input and output are the same: '$name'" .err
		report $? "$name is $out: lblk read $uri"
	done
	cmp -s image image.kept && cmp -s plain image.kept && cmp -s image.xnvme beside.kept
	report $? "unchanged: $uri to $out"
done <<'SAME'
image image
plain hard
soft image
image soft
file:image ./image
plain?threads=1 hard
ram:1MiB?path=image image
ram:1MiB?threads=1&path=image&exclusive=0 image
ram:1MiB?path=soft image
ram:1MiB?path=image image.xnvme
ram:1MiB?path=image hard.xnvme
SAME
expect 1 xdd sync --data-input image --data-output "ram:1MiB?path=image" --data-nbytes 512
says .err "input and output are the same"
expect 1 xdd sync --data-input "ram:1MiB?path=image" --data-output "ram:1MiB?path=soft" --data-nbytes 512
says .err "input and output are the same"
expect 0 lblk read image --slba 0x0 --nlb 0 --data-output image.xnvme
same image image.kept "the file beside an image is nothing to the image as a file"

# --- files whose size is not what it is said to be ---------------------------------------------------

for special in /proc/filesystems /proc/cpuinfo /sys/kernel/mm/transparent_hugepage/enabled; do
	if [ ! -r $special ]; then
		skip "$special" "it is not there"
		continue
	fi
	cat $special >want
	for sub in copy-sync copy-async; do
		cp old dst
		expect 0 xnvme_file $sub $special dst
		same want dst "$sub $special"
		expect 0 xnvme_file $sub $special dst --iosize 7
		same want dst "$sub $special --iosize 7"
	done
	for sub in load-sync load-async; do
		expect 0 xnvme_file $sub $special
		says .out "data_nbytes: $(wc -c <want | tr -d ' ')"
	done
done

# Pipes with a name, pieces of any size, a stream whose start is skipped
mkfifo fifo
for sub in copy-sync copy-async; do
	for args in "" "--iosize 1000" "--iosize 1M"; do
		cat old >fifo &
		# shellcheck disable=SC2086 # words
		expect 0 xnvme_file $sub fifo dst $args
		wait $!
		same old dst "$sub from a pipe $args"
		cat fifo >dst &
		# shellcheck disable=SC2086 # words
		expect 0 xnvme_file $sub old fifo $args
		wait $!
		same old dst "$sub to a pipe $args"
	done
done

# The output takes no more than a pipe holds, so the input changes while it is copied
for sub in copy-sync copy-async; do
	cp old grows
	xnvme_file $sub grows fifo >.out 2>.err &
	pid=$!
	{
		dd bs=1 count=1 2>/dev/null
		cat device >>grows
		cat
	} <fifo >dst
	wait $pid
	[ $? -eq 0 ] && grep -q "data_nbytes: 304096" .out
	report $? "exit 0: $sub of a file that grows"
	same grows dst "$sub of a file that grows"
	cp old shrinks
	xnvme_file $sub shrinks fifo >.out 2>.err &
	pid=$!
	{
		dd bs=1 count=1 2>/dev/null
		: >shrinks
		cat
	} <fifo >dst
	wait $pid
	[ $? -eq 0 ] && grep -q "data_nbytes: $(wc -c <dst | tr -d ' ')\$" .out &&
		head -c "$(wc -c <dst)" old | cmp -s - dst && [ "$(wc -c <dst)" -lt 300000 ]
	report $? "what was there, and no more: $sub of a file that shrinks"
done
for sub in sync async; do
	tail -c +1001 old | head -c 5000 >want
	expect 1 sh -c "cat old | xdd $sub --data-input - --data-output - --data-nbytes 50 --seek 10"
	says .err "is written from its start;"
	head -c 1000 device >dst
	cat dst want >both
	cat old >fifo &
	expect 0 xdd $sub --data-input fifo --data-output dst --data-nbytes 5000 --offset 1000 --seek 1000
	wait $!
	same both dst "xdd $sub --offset and --seek from a stream"
	expect 0 xdd $sub --data-input /dev/zero --data-output dst --data-nbytes 100000
	head -c 100000 /dev/zero >want
	same want dst "xdd $sub from /dev/zero"
	expect 0 xdd $sub --data-input old --data-output /dev/null --data-nbytes 100000
done
if dd if=/dev/zero of=direct bs=4096 count=1 oflag=direct 2>/dev/null; then
	for nbytes in 0 1 4096 10000 65536 300000; do
		head -c $nbytes old >src
		for sub in copy-sync copy-async; do
			cp old dst
			cat src | run xnvme_file $sub - dst --direct
			same src dst "$sub --direct of $nbytes bytes from a stream"
			expect 0 xnvme_file $sub src dst --direct
			same src dst "$sub --direct of $nbytes bytes"
		done
	done
else
	skip "--direct from a stream" "the file system has no O_DIRECT"
fi

# --- outputs that a failure leaves alone -----------------------------------------------------------------

while read -r line; do
	# shellcheck disable=SC2086 # words
	expect 1 $line
	unchanged "$line"
done <<'FAILURES'
lblk read dev --slba 0x100 --nlb 0 --data-output old
xnvme idfy 1GB --cns 0xff --data-output old
xnvme idfy-ns 1GB --nsid 0x77 --data-output old
xnvme log 1GB --lid 0x7f --data-nbytes 512 --data-output old
xnvme log-erri 1GB --limit 1000 --data-output old
xnvme feature-get 1GB --fid 0xff --data-nbytes 512 --data-output old
xnvme pioc 1GB --opcode 0xff --nsid 0x1 --data-nbytes 512 --data-output old
xnvme padc 1GB --opcode 0xff --data-nbytes 512 --data-output old
xnvme_file copy-sync nosuch old
xnvme_file copy-async . old
xnvme_file copy-sync /proc/self/mem old
xnvme_file copy-async /proc/self/mem old
xnvme_file dump-sync old --data-nbytes 1 --be nosuch
xdd sync --data-input dev --data-output old --data-nbytes 4097
xdd async --data-input dev --data-output old --data-nbytes 1 --offset 4096
xdd sync --data-input /proc/filesystems --data-output old --data-nbytes 1M
xdd async --data-input /proc/filesystems --data-output old --data-nbytes 1M
xdd sync --data-input /dev/null --data-output old --data-nbytes 1
xdd async --data-input nosuch --data-output old --data-nbytes 1
FAILURES
for sub in sync async; do
	expect 1 sh -c "head -c 100 kept | xdd $sub --data-input - --data-output old --data-nbytes 101"
	says .err "the input ends after 100 of 101 bytes"
	unchanged "xdd $sub from a pipe that ends early"
	copy="xdd $sub --data-input - --data-output old --data-nbytes 100000 --iosize 100000"
	expect 1 sh -c "head -c 70000 kept | $copy"
	says .err "nothing was written to it"
	unchanged "xdd $sub from a pipe that ends early, within the first piece"
	cp old dst
	expect 1 sh -c "head -c 70000 kept | xdd $sub --data-input - --data-output dst --data-nbytes 100000"
	# Through a queue, the input ends before the first piece has gone to the output
	[ $sub = sync ] && told="bytes 0 to 65535 may be new, the rest is as before" ||
		told="nothing was written to it"
	says .err "$told"
	tail -c +65537 old >want
	tail -c +65537 dst | cmp -s - want
	report $? "what is beyond is as before: xdd $sub"
	for src in dev /proc/filesystems /dev/null; do
		expect 1 xdd $sub --data-input $src --data-output fresh --data-nbytes 1M
		[ ! -e fresh ]
		report $? "no output is made: xdd $sub of $src, which is too short"
	done
done

# Midway: what is new is told, and the rest is as before
for sub in copy-sync copy-async; do
	cp old dst
	head -c 200000 /dev/zero >src
	run sh -c "trap '' XFSZ; ulimit -f 16; exec xnvme_file $sub src dst --iosize 4096"
	[ "$status" -eq 1 ]
	report $? "exit 1 when the output may not be written: $sub"
	last=$(sed -n 's/^#   output: bytes 0 to \([0-9]*\) may be new, the rest is as before$/\1/p' .err)
	[ -n "$last" ] && [ "$last" -lt 100000 ] && cmp -s -i "$((last + 1))" old dst
	report $? "bytes 0 to $last may be new, the rest is as before: $sub"
done
cp old dst
head -c 65536 /dev/zero >dev
run sh -c "trap '' XFSZ; ulimit -f 16; exec lblk read dev --slba 0x0 --nlb 127 --data-output dst"
[ "$status" -eq 1 ]
report $? "exit 1 when the output may not be written: lblk read"
says .err "the first 8192 bytes are new, the rest is as before"
head -c 8192 dev >want
tail -c +8193 old >>want
same want dst "lblk read, which failed midway"

finish
