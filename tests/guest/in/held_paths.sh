# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# A namespace in use that two controllers lead to
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh
export TOOLS_DIR=/payload
mkdir -p /tmp/mnt

# Its disk belongs to the subsystem. A controller has a path to it, which has no node.
paths=$(grep -l paths /sys/class/nvme/nvme*/serial | sed 's|/serial||; s|.*/|/dev/|')
for path in "$(controller paths)"/nvme*c*n*; do
	name=${path##*/}
done
head=$(echo "$name" | sed 's/c[0-9]*n/n/')
mke2fs "/dev/$head" >/dev/null
mount -o ro "/dev/$head" /tmp/mnt
for uri in "/dev/$head" "/dev/ng${head#nvme}" $paths; do
	document "two paths: $uri" \
		sh /payload/tools_held.sh "$uri" "/dev/$head is mounted at /tmp/mnt" some
done
umount /tmp/mnt
for uri in "/dev/$head" "/dev/ng${head#nvme}"; do
	document "two paths, free: $uri" sh /payload/tools_free.sh "$uri"
done
