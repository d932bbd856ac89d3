#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The tools on the device in memory, with and without an image, under wine: tools.sh FOLDER-OF-TOOLS
# Prints TAP. WINEPREFIX and WINEPATH are those of the caller.
set -u
# wine takes names of files from the locale
export LC_ALL=C.UTF-8
tools=$1
dir=$(mktemp -d)
holder=
trap 'rm -rf "$dir"; [ -z "$holder" ] || kill "$holder" 2>/dev/null' EXIT
cd "$dir" || exit 99
count=0
failed=0

tool() { # NAME ARGUMENT...
	program=$1
	shift
	wine "$tools/$program.exe" "$@" 2>err
}

say() { # STATUS NAME
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		sed 's/^/# /' err
		failed=1
	fi
}

is() { # ACTUAL EXPECTED NAME
	[ "$1" = "$2" ] || echo "# is '$1', expected '$2'"
	[ "$1" = "$2" ]
	say $? "$3"
}

image='ram:64MiB?path=image'
# Every byte value, and line ends of each kind
i=0
while [ $i -lt 8192 ]; do
	printf '\r\n\n\r\032'
	i=$((i + 5))
done | head -c 7936 >data
i=0
while [ $i -lt 256 ]; do
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\$(printf %o $i)"
	i=$((i + 1))
done >>data

tool lblk write "$image" --slba 0 --nlb 15 --data-input data >out
say $? 'lblk writes a file of 8192 bytes'
cmp -n 8192 data image >err
say $? 'the image has its content, byte by byte'
is "$(wc -c <image)" 67108864 'the image has the size of the device'
tool lblk read "$image" --slba 0 --nlb 15 --data-output back >out
say $? 'lblk reads it in another process'
cmp data back >err
say $? 'what it read is what was written'
is "$(tr -dc '\r' <out | wc -c)" 0 'what is printed has line ends of one character'
tool lblk read "$image" --slba 0 --nlb 15 --data-output - >back
cmp data back >err
say $? 'standard output is data alone, unchanged'
tool lblk write "$image" --slba 16 --nlb 15 --data-input - <data >out
say $? 'standard input is data'
tool lblk read "$image" --slba 16 --nlb 15 --data-output back >out
cmp data back >err
say $? 'which arrives unchanged'

tool lblk write-uncor "$image" --slba 3 --nlb 0 >out
say $? 'lblk marks a block'
[ -s image.xnvme ]
say $? 'the mark is in the side file'
tool lblk read "$image" --slba 3 --nlb 0 --data-output none >out
is "$?" 1 'and the next process cannot read the block'
grep -q 'Unrecovered Read Error' err
say $? 'for the reason that the controller gives'
tool xnvme format "$image" --lbafl 3 --force >out
say $? 'xnvme formats the image'
tool lblk info "$image" >out
is "$(sed -n 's/^ *lba_nbytes: *//p' out | head -n 1)" 4096 'which has LBAs of 4096 bytes from then on'

# A process that has opened the image, and waits for its data
mkfifo fifo
tool lblk write "$image" --slba 0 --nlb 1 --data-input - <fifo >out &
holder=$!
exec 3>fifo
tries=0
while tool lblk info "$image" >out2 && [ $tries -lt 100 ]; do
	tries=$((tries + 1))
done
grep -q 'errno: -16' err
say $? 'a second process is refused with EBUSY while the first has the image open'
cat data >&3
exec 3>&-
wait "$holder"
say $? 'the first one goes on undisturbed'
holder=
tool lblk info "$image" >out
say $? 'and after its end the image opens again'

tool xdd async --data-input "$image" --data-output 'ram:64MiB?path=copy&lba_nbytes=4096' \
	--data-nbytes 1048576 --qdepth 8 >out
say $? 'xdd copies from image to image through queues'
cmp -n 1048576 image copy >err
say $? 'and the copy is the same'
tool xnvme_file load-sync data >out
is "$?" 1 'xnvme_file fails on a file, for which this build has no backend'
grep -q 'does not serve a regular file' err
say $? 'and says so'
tool xnvme_file >out
grep -q '^Usage: xnvme_file ' out
say $? 'a tool knows its name without folder and .exe'
tool xnvme no-such-word >out
is "$?" 2 'a command line that is refused ends with 2'
tool xnvme info in.bin >out
grep -q 'msg: .Unknown error' err
is "$?" 1 'errors have words'
tool xnvme library-info >out
grep -q 'XNVME_BE_RAMDISK_ENABLED' out
say $? 'library-info reads a variable of the library'
echo "1..$count"
exit $failed
