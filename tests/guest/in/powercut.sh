# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# powercut.sh cut ROW NSID: the host cuts the power right after a callback of that row
# powercut.sh verify ROW...: in the next life, what was durable is there, on every row
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh

# The journal is committed when somebody asks for it, and not because time passes
mount_ns() {
	mkdir -p "/tmp/ns$1" && mount -t ext4 -o commit=300 "$(node block cut "$1")" "/tmp/ns$1"
}

word=$1
shift
case $word in
cut)
	mount_ns "$2" && guest_cut prepare "/tmp/ns$2" && guest_cut cut "/tmp/ns$2" "$1" "$2"
	;;
verify)
	nsid=0
	for row in "$@"; do
		nsid=$((nsid + 1))
		mount_ns "$nsid"
		document "$row" guest_cut verify "/tmp/ns$nsid"
	done
	document "rows of a file" has_rows block /tmp/ns1/write
	;;
esac
