// SPDX-License-Identifier: BSD-3-Clause
#ifndef __LIBXNVME_IDENT_H
#define __LIBXNVME_IDENT_H

#include <stdint.h>
#include <stdio.h>

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

struct xnvme_ident {
	char subnqn[256];
	char uri[384];
	uint32_t dtype;
	uint32_t nsid;
	uint8_t csi;
	uint8_t rsvd[55];
};

int xnvme_ident_from_uri(const char *uri, struct xnvme_ident *ident);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_IDENT_H */
