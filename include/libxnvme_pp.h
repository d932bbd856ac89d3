// SPDX-License-Identifier: BSD-3-Clause
/**
 * Printers
 *
 * Each writes a document whose header is the name of the structure, and flushes the stream, so that
 * a full disk is reported as an error. Printers may run in several threads; two that share a stream
 * mix their output.
 */
#ifndef __LIBXNVME_PP_H
#define __LIBXNVME_PP_H

#include <stdint.h>
#include <stdio.h>
#include <libxnvme_be.h>
#include <libxnvme_cmd.h>
#include <libxnvme_dev.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Form of the output; any other value counts as DEF
 */
enum xnvme_pr {
	XNVME_PR_DEF = 0,   ///< As YAML
	XNVME_PR_YAML = 1,  ///< YAML, one member per line
	XNVME_PR_TERSE = 2, ///< YAML on one line
	XNVME_PR_JSON = 16, ///< JSON, with numbers in decimal
};

/**
 * Print the attributes of a backend
 *
 * @param stream Where to write
 * @param attr The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_be_attr_fpr(FILE *stream, const struct xnvme_be_attr *attr, int opts);

/**
 * As xnvme_be_attr_fpr(), to stdout
 */
int xnvme_be_attr_pr(const struct xnvme_be_attr *attr, int opts);

/**
 * Print a list of backends
 *
 * @param stream Where to write
 * @param list The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_be_attr_list_fpr(FILE *stream, const struct xnvme_be_attr_list *list, int opts);

/**
 * As xnvme_be_attr_list_fpr(), to stdout
 */
int xnvme_be_attr_list_pr(const struct xnvme_be_attr_list *list, int opts);

/**
 * Print a logical block address
 *
 * @param stream Where to write
 * @param lba The address
 * @param opts See ::xnvme_pr; TERSE prints only the number, 16 hexadecimal digits
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_lba_fpr(FILE *stream, uint64_t lba, enum xnvme_pr opts);

/**
 * As xnvme_lba_fpr(), to stdout
 */
int xnvme_lba_pr(uint64_t lba, enum xnvme_pr opts);

/**
 * Print logical block addresses
 *
 * @param stream Where to write
 * @param lba `nlb` addresses; NULL prints as ~
 * @param nlb Number of addresses, one-based
 * @param opts See ::xnvme_pr; TERSE prints only the numbers, one per line
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_lba_fprn(FILE *stream, const uint64_t *lba, uint16_t nlb, enum xnvme_pr opts);

/**
 * As xnvme_lba_fprn(), to stdout
 */
int xnvme_lba_prn(const uint64_t *lba, uint16_t nlb, enum xnvme_pr opts);

/**
 * Print the members of an identity as a piece of a YAML document
 *
 * Neither `sep` nor a newline follows the last member.
 *
 * @param stream Where to write
 * @param ident The identity; NULL prints as ~
 * @param indent Number of blanks before each member
 * @param sep Text between two members, e.g. ", " or a newline
 * @param head 1 = a line with the header first, and two more blanks before the members
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * `stream` or `sep` is NULL, or `indent` negative, or the error of writing to it
 */
int xnvme_ident_yaml(FILE *stream, const struct xnvme_ident *ident, int indent, const char *sep,
		     int head);

/**
 * Print an identity
 *
 * @param stream Where to write
 * @param ident The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_ident_fpr(FILE *stream, const struct xnvme_ident *ident, int opts);

/**
 * As xnvme_ident_fpr(), to stdout
 */
int xnvme_ident_pr(const struct xnvme_ident *ident, int opts);

/**
 * Print a device: its identity, its backend, its options and its geometry
 *
 * Prints what the library knows, and does not ask the device.
 *
 * @param stream Where to write
 * @param dev The device; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_dev_fpr(FILE *stream, const struct xnvme_dev *dev, int opts);

/**
 * As xnvme_dev_fpr(), to stdout
 */
int xnvme_dev_pr(const struct xnvme_dev *dev, int opts);

/**
 * Print a geometry
 *
 * @param stream Where to write
 * @param geo The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_geo_fpr(FILE *stream, const struct xnvme_geo *geo, int opts);

/**
 * As xnvme_geo_fpr(), to stdout
 */
int xnvme_geo_pr(const struct xnvme_geo *geo, int opts);

/**
 * Print the completion in a command context, on one line, to stdout
 *
 * @param ctx The context; NULL prints as ~
 * @param UNUSED_opts Form of the output, see ::xnvme_pr
 */
void xnvme_cmd_ctx_pr(const struct xnvme_cmd_ctx *ctx, int UNUSED_opts);

/**
 * Print options, to stdout
 *
 * Strings that are not set print as ~.
 *
 * @param opts The options; NULL prints as ~
 * @param pr_opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: the error of
 * writing
 */
int xnvme_opts_pr(const struct xnvme_opts *opts, int pr_opts);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_PP_H */
