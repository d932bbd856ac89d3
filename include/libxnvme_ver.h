// SPDX-License-Identifier: BSD-3-Clause
/**
 * Version of the library
 */
#ifndef __LIBXNVME_VER_H
#define __LIBXNVME_VER_H

#include <stdio.h>
#include <libxnvme_host.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Major version of the library
 *
 * @return The number
 */
int xnvme_ver_major(void);

/**
 * Minor version of the library
 *
 * @return The number
 */
int xnvme_ver_minor(void);

/**
 * Patch level of the library
 *
 * @return The number
 */
int xnvme_ver_patch(void);

/**
 * Print the version of the library
 *
 * @param stream Where to write
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_ver_fpr(FILE *stream, int opts);

/**
 * As xnvme_ver_fpr(), to stdout
 */
int xnvme_ver_pr(int opts);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_VER_H */
