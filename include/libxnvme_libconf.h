// SPDX-License-Identifier: BSD-3-Clause
/**
 * How the library was built
 */
#ifndef __LIBXNVME_LIBCONF_H
#define __LIBXNVME_LIBCONF_H

#include <stdio.h>
#include <libxnvme_pp.h>

#ifdef __cplusplus
extern "C" {
#endif

extern const char *xnvme_libconf[];

struct xnvme_libconf {
	const char **entries;
};

/**
 * Build settings, as a list that ends with NULL
 */
const struct xnvme_libconf *xnvme_libconf_get(void);

/**
 * Print the build settings
 *
 * @return Number of characters written, or a negative errno
 */
int xnvme_libconf_fpr(FILE *stream, enum xnvme_pr opts);

/**
 * As xnvme_libconf_fpr(), to stdout
 */
int xnvme_libconf_pr(enum xnvme_pr opts);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_LIBCONF_H */
