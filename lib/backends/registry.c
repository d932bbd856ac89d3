// SPDX-License-Identifier: BSD-3-Clause
/**
 * backends.def as tables
 *
 * XNVI_IF_<SYSTEM>(row) is the row where it is built, and nothing elsewhere (lib/meson.build). The
 * name of a backend is made a string before macros expand: for GNU compilers on Linux, "linux" is a
 * macro.
 */
#include <backends/backend.h>
#include <backends/tables.h>
#include <xnvi_config.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define XNVI_BE(be, alias, remedy) {#be, alias, remedy},
#define XNVI_KEY(be, key)
#define XNVI_ROW(built, be, role, table, classes)

const struct xnvi_family xnvi_families[] = {
#include <backends/backends.def>
};

#undef XNVI_BE
#undef XNVI_KEY
#define XNVI_BE(be, alias, remedy)
#define XNVI_KEY(be, key) {#be, key},

const struct xnvi_key xnvi_keys[] = {
#include <backends/backends.def>
};

#undef XNVI_KEY
#undef XNVI_ROW
#define XNVI_KEY(be, key)
#define XNVI_ROW(built, be, role, table, classes)                                                  \
	XNVI_IF_##built(XNVI_ROW_OF(#be, XNVI_ROLE_##role, table, classes))
#define XNVI_ROW_OF(be, role, table, classes) {be, role, &(table), classes},

const struct xnvi_row xnvi_rows[] = {
#include <backends/backends.def>
};

const size_t xnvi_nfamilies = COUNT(xnvi_families);
const size_t xnvi_nkeys = COUNT(xnvi_keys);
const size_t xnvi_nrows = COUNT(xnvi_rows);
