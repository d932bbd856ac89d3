# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# Every tool on every kind of namespace, both nodes
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh
export TOOLS_DIR=/payload

# on SCRIPT SERIAL NSID [argument ...]
on() {
	script=$1 serial=$2 nsid=$3
	shift 3
	for kind in $(nodes "$serial" "$nsid"); do
		document "$script $serial/$nsid $kind" \
			sh "/payload/tools_$script.sh" "$(node "$kind" "$serial" "$nsid")" "$@"
	done
}

on nvm nvm 1
on zns zns 1
on fdp fdp 1
on meta meta 1 1
on meta meta 2 2
on meta meta 3 3
on meta meta 4 0
on pract meta 6 yes
on pract meta 7 no
