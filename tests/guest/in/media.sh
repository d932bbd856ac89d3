# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# Errors of the medium: the status is that of the controller on every row, neighbours are not touched
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh

first=1000
for kind in $(nodes readerror); do
	uri=$(node "$kind" readerror)
	document "$kind, unreadable LBA" guest_io expect "$uri" 2/81 read 800 1
	document "$kind, range with an unreadable LBA" guest_io expect "$uri" 2/81 read 792 16
	document "$kind, LBA before" guest_io expect "$uri" ok read 799 1 0
	document "$kind, LBA after" guest_io expect "$uri" ok read 801 1 0

	uri=$(node "$kind" writeerror)
	document "$kind, LBA that cannot be written" guest_io expect "$uri" 2/80 write 800 1 3
	document "$kind, is not written" guest_io expect "$uri" ok read 800 1 0
	document "$kind, neighbours are written" guest_io expect "$uri" ok write 792 8 3
	document "$kind, and have what was written" guest_io expect "$uri" ok read 792 8 3

	uri=$(node "$kind" full)
	document "$kind, no space left" guest_io expect "$uri" 2/80 write 800 1 4
	document "$kind, nothing written" guest_io expect "$uri" ok read 800 1 0

	# Of a block node, what the block layer failed to write is written by the command tried again
	uri=$(node "$kind" once)
	case $kind in
	block) outcome=ok,2/80 ;;
	char) outcome=2/80 ;;
	esac
	document "$kind, write fails once" guest_io once "$uri" $outcome $first 16
	first=$((first + 16 * 8))

	uri=$(node "$kind" flusherror)
	document "$kind, write before flush" guest_io expect "$uri" ok write 0 8 5
	document "$kind, flush" guest_io expect "$uri" 2/80 flush 0 0
done
