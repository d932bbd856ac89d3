// SPDX-License-Identifier: BSD-3-Clause
#include <spec/emit.h>
