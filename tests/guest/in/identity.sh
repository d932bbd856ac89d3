# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# The caller of a refused command sees the errno or status of the layer that refused it
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh

block=$(node block nvm)

# The device mapper says EIO to everything
dead=$(guest_dm dead 2048 error)
document "dm-error" guest_io expect "$dead" EIO read 0 8
document "dm-error" guest_io expect "$dead" EIO write 0 8 1
document "dm-error" has_rows block "$dead"

# A mapping of a good device is a good device
linear=$(guest_dm linear 2048 linear "$block 2048")
document "dm-linear" guest_io expect "$linear" ok write 0 8 1
document "dm-linear" guest_io expect "$linear" ok read 0 8 1

# The block layer refuses writes to what is marked read-only
blockdev --setro "$linear"
document "read-only mapping" guest_io expect "$linear" EPERM,EACCES,EROFS write 0 8 2
document "read-only mapping" guest_io expect "$linear" ok read 0 8 1
document "read-only mapping, flush" guest_io expect "$linear" ok flush 0 0

# Nobody may open what belongs to root
for kind in $(nodes nvm); do
	uri=$(node "$kind" nvm)
	chmod 600 "$uri"
	document "$kind node of root" su nobody -c "guest_io expect $uri EACCES read 0 8"
done

# So also of a namespace, which has a way around the block layer
blockdev --setro "$block"
document "read-only namespace" guest_io expect "$block" EPERM,EACCES,EROFS write 0 8 2
document "read-only namespace" guest_io expect "$block" ok read 0 8
blockdev --setrw "$block"
