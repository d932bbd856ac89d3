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

/** Build settings such as "conf: XNVME_BE_LINUX_ENABLED"; ends with NULL; read only */
extern const char *xnvme_libconf[];

struct xnvme_libconf {
	const char **entries; ///< The list ::xnvme_libconf
};

/**
 * Ask for the build settings
 *
 * @return Pointer to static storage, never NULL
 */
const struct xnvme_libconf *xnvme_libconf_get(void);

/**
 * Print the build settings
 *
 * @param stream Where to write
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return Number of characters written, or a negative errno: -EINVAL when the stream is NULL, or
 * the error of writing to it
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
