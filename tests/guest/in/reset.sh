# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# reset.sh COUNT: function-level resets while a queue on the device is full
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh
count=$1

pci=$(controller nvm)/device
echo flr >"$pci/reset_method" || exit 1
for kind in $(nodes nvm); do
	for row in $(data_rows "$kind"); do
		document "$kind $row, $count resets" timeout 600 \
			guest_load "$(node "$kind" nvm)" "$row" "$pci/reset" "$count"
	done
done
