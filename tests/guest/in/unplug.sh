# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# A device is pulled out while a queue on it is full: one device for each row
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh

number=0
for kind in $(nodes unplug0); do
	for row in $(data_rows "$kind"); do
		serial=unplug$number
		uri=$(node "$kind" "$serial")
		document "$kind $row" timeout 100 guest_load "$uri" "$row" "$serial"
		# The host answers when the device is gone from the machine
		read -r answer
		echo "host: $answer"
		document "$kind $row, afterwards" guest_io expect "$uri" ENOENT,ENXIO,ENODEV read 0 8
		number=$((number + 1))
	done
done
