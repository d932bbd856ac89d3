#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Of abi_check.c what holds on every host: structures that devices transfer, values and functions.
# Structures of the host have pointers, and how members are aligned is the host's.
awk '!/^_Static_assert/ || !/struct xnvme_/ || (/struct xnvme_spec_/ && !/_Alignof/)' "$1"
