// SPDX-License-Identifier: BSD-3-Clause
/**
 * Parsing URIs
 */
#ifndef XNVI_CORE_URI_H
#define XNVI_CORE_URI_H

#include <backends/backend.h>

#define XNVI_URI_OPTS_MAX 8

/** A parsed URI; strings point into `text` */
struct xnvi_uri {
	enum xnvi_class cls;
	char text[XNVME_IDENT_URI_LEN]; ///< The URI, cut into NUL-terminated pieces
	const char *path;		///< The part before the query
	uint64_t ram_nbytes;		///< Size of an in-memory device
	int nopts;
	struct {
		const char *key;
		const char *value;
	} opts[XNVI_URI_OPTS_MAX];
};

/** Parse and classify; -EINVAL, -ENOENT, ... with the position and the remedy in xnvme_err_last()
 */
int xnvi_uri_parse(const char *text, const struct xnvme_opts *opts, struct xnvi_uri *uri);

/** As xnvi_uri_parse(), but with opts.create every text without "file:" is a path */
int xnvi_uri_parse_file(const char *text, const struct xnvme_opts *opts, struct xnvi_uri *uri);

typedef int (*xnvi_uri_parser)(const char *text, const struct xnvme_opts *opts,
			       struct xnvi_uri *uri);

/** Value of a query key, NULL when absent */
const char *xnvi_uri_opt(const struct xnvi_uri *uri, const char *key);

/** Parse "<digits>[K|M|G|T][B|iB]" with binary units; 0 or -EINVAL / -ERANGE */
int xnvi_parse_nbytes(const char *text, uint64_t *nbytes);

/** Parse a decimal number within [min, max]; 0, -EINVAL or -ERANGE */
int xnvi_parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *value);

const char *xnvi_class_name(uint32_t cls);

#endif /* XNVI_CORE_URI_H */
