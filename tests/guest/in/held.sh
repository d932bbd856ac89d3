# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# Namespaces in use: their block and character nodes and their controller are refused, by the tools
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh
export TOOLS_DIR=/payload

disk=$(node block multi 1)
char=$(node char multi 1)
ctrlr=/dev/$(basename "$(controller multi)")

# held HOLDER all|some: by any node, and not only by the one that the holder has
held() {
	document "block: $1" sh /payload/tools_held.sh "$disk" "$1" "$2" "$(node block multi 2)"
	document "char: $1" sh /payload/tools_held.sh "$char" "$1" "$2" "$(node char multi 2)"
	document "controller: $1" sh /payload/tools_held.sh "$ctrlr" "$1" "$2"
}

# free WHEN
free() {
	for kind in $(nodes multi 1); do
		document "$kind, free $1" sh /payload/tools_free.sh "$(node "$kind" multi 1)"
	done
}

free "at first"

mke2fs "$disk" >/dev/null
mkdir -p /tmp/mnt
mount -o ro "$disk" /tmp/mnt
held "$disk is mounted at /tmp/mnt" all
# Other controllers have nothing to do with it
for kind in $(nodes nvm); do
	document "$kind of another controller" sh /payload/tools_free.sh "$(node "$kind" nvm)"
done
umount /tmp/mnt
free "after umount"

mkswap "$disk" >/dev/null
swapon "$disk"
held "$disk is used as swap" some
swapoff "$disk"
free "after swapoff"

printf 'n\np\n1\n2048\n+16M\nw\n' | fdisk "$disk" >/dev/null 2>&1
blockdev --rereadpt "$disk"
mke2fs "${disk}p1" >/dev/null
mount -o ro "${disk}p1" /tmp/mnt
held "${disk}p1 is mounted at /tmp/mnt" some
umount /tmp/mnt

losetup /dev/loop0 "$disk"
held "$disk is under the loop device /dev/loop0" some
losetup -d /dev/loop0

# Nobody can tell: the disk has no node, or one that this user may not open
mv "$disk" "$disk.away"
document "char: no block node" sh /payload/tools_held.sh "$char" "$disk counts as in use" some
mv "$disk.away" "$disk"
free "after all"

guest_dm linear 2048 linear "$disk 2048" >/dev/null
held "$disk is part of dm-0 (linear)" some
