# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# What other processes do with a namespace while it is open: its pages, its switch, its format
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh

disk=$(node block nvm)
document "block, one content" guest_other content "$disk" "$disk"
document "block, made read-only" guest_other readonly "$disk" "$disk"
for kind in $(nodes nvm); do
	document "$kind, foreign format" guest_other format "$(node "$kind" nvm)" "$disk"
done
