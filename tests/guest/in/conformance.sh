# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# The contract on the rows of every namespace: all cases on the plain one, KIND_CASES on the others
# shellcheck source=tests/guest/in/guest.sh
. /payload/guest.sh

echo "all cases on nvm/1; on the others:$(kind_filters)"
conformance_on nvm 1
for device in multi/1 multi/2 multi/7 meta/1 meta/2 meta/3 meta/4 meta/5 zns/1 fdp/1 small/1; do
	# shellcheck disable=SC2046 # a list of arguments
	conformance_on "${device%/*}" "${device#*/}" $(kind_filters)
done
