// SPDX-License-Identifier: BSD-3-Clause
/**
 * Identity of a device
 */
#ifndef __LIBXNVME_IDENT_H
#define __LIBXNVME_IDENT_H

#include <stdint.h>
#include <stdio.h>
#include <libxnvme_host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XNVME_IDENT_URI_LEN	384
#define XNVME_IDENT_SCHM_LEN	5
#define XNVME_IDENT_TRGT_LEN	155
#define XNVME_IDENT_OPTS_LEN	160
#define XNVME_IDENT_OPTS_SEP	'?'
#define XNVME_IDENT_OPT_MAX	20
#define XNVME_IDENT_URI_LEN_MIN 6

/**
 * Identity of a device: how it is reached and what it is
 *
 * `uri` and `subnqn` are NUL-terminated. `dtype` is 0 unknown, 1 controller, 2 namespace, 3 block
 * device, 4 file, 5 in-memory device; `nsid` is 0xffffffff of a controller; `csi` is an enum
 * xnvme_spec_csi, XNVME_SPEC_CSI_FS, or 0xff when not known.
 */
struct xnvme_ident {
	char subnqn[256];
	char uri[384];
	uint32_t dtype;
	uint32_t nsid;
	uint8_t csi;
	uint8_t rsvd[55];
};

/**
 * Make an identity of a URI, without opening it
 *
 * @param uri The URI, below XNVME_IDENT_URI_LEN bytes with its terminator
 * @param ident Filled in: `uri` as given, `nsid` 0xffffffff, `csi` 0xff, all else zero
 *
 * @return On success, 0. On error, -EINVAL: the URI is NULL or too long
 */
int xnvme_ident_from_uri(const char *uri, struct xnvme_ident *ident);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_IDENT_H */
