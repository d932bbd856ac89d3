// SPDX-License-Identifier: BSD-3-Clause
#include <backends/backend.h>
#include <backends/tables.h>
#include <xnvi_config.h>

/*
 * XNVI_IF_<OS>(row) is the row on that system and nothing elsewhere, see meson.build. The name of
 * the backend is made a string at once: "linux" is a macro to GNU compilers on Linux.
 */
#define XNVI_ROW(os, be, role, table, classes)                                                     \
	XNVI_IF_##os(XNVI_ROW_OF(#be, XNVI_ROLE_##role, table, classes))
#define XNVI_ROW_OF(be, role, table, classes) {be, role, &(table), classes},

const struct xnvi_row xnvi_rows[] = {
#include <backends/backends.def>
};

const size_t xnvi_nrows = sizeof(xnvi_rows) / sizeof(xnvi_rows[0]);
