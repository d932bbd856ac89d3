# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# The contract on the rows of every namespace: all cases on the plain one, a part on the others
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh

# on CASES DEVICE...
on() {
	KIND_CASES=$1
	shift
	echo "on $*:$(kind_filters)"
	for device in "$@"; do
		# shellcheck disable=SC2046 # a list of arguments
		conformance_on "${device%/*}" "${device#*/}" $(kind_filters)
	done
}

echo "on nvm/1: all cases"
conformance_on nvm 1
on "$KIND_CASES" multi/2 meta/1 zns/1 fdp/1 small/1
# As nvm/1 but for the NSID, as meta/1 but for who checks the metadata
on 'identify_agrees first_io out_of_range nvm_' multi/1 multi/7
on 'identify_agrees first_io metadata protection extended vectors_and' meta/2 meta/3 meta/4 meta/5
# Metadata of protection information alone
on 'identify_agrees first_io protection metadata extended' meta/6 meta/7 meta/8
# A zoned device that is no namespace: its zones are managed through the block layer
zoned=$(guest_dm zoned 262144 linear "$(node block zns) 0")
document "zns/1 through the device mapper" has_rows block "$zoned"
document "zns/1 through the device mapper" conformance --uri "$zoned" --timeout 60 --case zone \
	--case write_pointer --case identify_agrees --case polling
