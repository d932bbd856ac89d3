# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# A slow device is as correct as a fast one; one too slow is given up in time, on every row
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh

number=0
for kind in $(nodes steady); do
	uri=$(node "$kind" steady)
	document "$kind, write" guest_io expect "$uri" ok write 64 32 1
	document "$kind, read" guest_io expect "$uri" ok read 64 32 1
	for row in $(data_rows "$kind"); do
		# Two commands a second, while opts.command_timeout is 0.2 s
		document "$kind, too slow" timeout 60 \
			guest_io slow "$(node "$kind" "slow$number")" "$row" 500
		number=$((number + 1))
	done
done
