# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# Shared by the scripts of the guest
set -u

# The character nodes of namespaces (/dev/ngXnY) are tested: yes or no
CHAR_NODES=yes

# The rows that a node has to have, by what kind of node it is
BLOCK_ROWS='io_uring libaio posix emu thrpool nil'
CHAR_ROWS='io_uring_cmd posix emu thrpool nil'

# document LABEL CMD...: a program that prints TAP
document() {
	echo "@@begin $1"
	shift
	"$@" </dev/null 2>&1
	echo "@@end $?"
}

# controller SERIAL: the folder in sysfs; numbers depend on who was probed first
controller() {
	for folder in /sys/class/nvme/nvme*; do
		[ "$(tr -d ' ' <"$folder/serial")" = "$1" ] && echo "$folder" && return
	done
	return 1
}

# node KIND SERIAL [NSID]: the block or char node of a namespace
node() {
	for found in "$(controller "$2")"/nvme*n*; do
		[ "$(cat "$found/nsid")" = "${3-1}" ] || continue
		name=${found##*/}
		case $1 in
		block) echo "/dev/$name" ;;
		char) echo "/dev/ng${name#nvme}" ;;
		esac
		return
	done
	echo "/dev/no-$1-node-of-$2-${3-1}"
	return 1
}

# nodes SERIAL [NSID]: the kinds of nodes that the kernel lets us use
nodes() {
	[ "$(cat "/sys/class/block/$(basename "$(node block "$1" "${2-1}")")/size")" = 0 ] || echo block
	[ "$CHAR_NODES" = no ] || echo char
}

# rows KIND: what a node of the kind has to have
rows() {
	case $1 in
	block) echo "$BLOCK_ROWS" ;;
	char) echo "$CHAR_ROWS" ;;
	esac
}

# Data rows: without nil, which moves nothing
data_rows() {
	rows "$1" | sed 's/ nil//'
}

# has_rows KIND NODE: TAP
has_rows() {
	found=$(guest_io rows "$2")
	count=0
	for row in $(rows "$1"); do
		count=$((count + 1))
		case " $(echo "$found" | tr '\n' ' ') " in
		*" $row "*) echo "ok $count - has the row $row" ;;
		*) echo "not ok $count - has the row $row" ;;
		esac
	done
	echo "1..$count"
}

# The cases whose outcome depends on what a namespace is. The others are about arguments, options,
# URIs and the life of queues, which do not see the namespace; all of them cost a minute per node.
KIND_CASES='identify_agrees first_io first_async out_of_range unknown_opcode metadata vectors
bytes_on largest_transfer write_zeroes lengths_have depth_8 nvm_ zone extended protection append'

kind_filters() {
	for name in $KIND_CASES; do
		printf ' --case %s' "$name"
	done
}

# conformance_on SERIAL NSID [argument ...]: both nodes, as far as the kernel has them
conformance_on() {
	serial=$1 nsid=$2
	shift 2
	for kind in $(nodes "$serial" "$nsid"); do
		uri=$(node "$kind" "$serial" "$nsid")
		document "$serial/$nsid $kind" has_rows "$kind" "$uri"
		read -r start _ </proc/uptime
		document "$serial/$nsid $kind" conformance --uri "$uri" --timeout 60 "$@"
		read -r end _ </proc/uptime
		echo "$serial/$nsid $kind: $(echo "$end $start" | awk '{print $1 - $2}') s"
	done
}
