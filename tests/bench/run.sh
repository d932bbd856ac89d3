#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# ./x bench: what a command costs, beside hand-written programs in the same run; needs build/
exec python3 -B "$(dirname "$0")/bench.py" "$@"
