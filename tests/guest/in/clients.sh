# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# Programs that use the library as others do, on both nodes of a namespace whose driver has queues to
# poll; and what finds devices finds it
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh

# succeeds CMD...: TAP of a program that prints none
succeeds() {
	if "$@"; then
		echo "ok 1 - $*"
	else
		echo "not ok 1 - $*"
	fi
	echo "1..1"
}

# finds WORD NODE
finds() {
	xnvme "$1" --json | grep -q "\"$2\""
}

for kind in $(nodes nvm); do
	uri=$(node "$kind" nvm)
	for word in scan enum list; do
		document "$kind" succeeds finds $word "$uri"
	done
	document "$kind, polling" conformance --uri "$uri" --case polling
	for row in $(data_rows "$kind"); do
		document "$kind, as SPDK's bdev" client_bdev "$uri" "$row"
		document "$kind, as fio's engine" client_fio --uri "$uri" --async "$row"
	done
	document "$kind, random commands over all rows" succeeds torture --uri "$uri" --cpu-seconds 5
done
document "block, as SPDK's bdev, polling" client_bdev "$(node block nvm)" io_uring poll
document "block, as SPDK's bdev, polling" client_bdev "$(node block nvm)" libaio poll
document "char, as SPDK's bdev, polling" client_bdev "$(node char nvm)" io_uring_cmd poll
