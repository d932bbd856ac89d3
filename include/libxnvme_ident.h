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

/* Sizes of the parts of a URI, as in 0.7.5. The library uses XNVME_IDENT_URI_LEN only. */
#define XNVME_IDENT_URI_LEN	384
#define XNVME_IDENT_SCHM_LEN	5
#define XNVME_IDENT_TRGT_LEN	155
#define XNVME_IDENT_OPTS_LEN	160
#define XNVME_IDENT_OPTS_SEP	'?'
#define XNVME_IDENT_OPT_MAX	20
#define XNVME_IDENT_URI_LEN_MIN 6

/**
 * Identity of a device: how to reach it, and what it is
 */
struct xnvme_ident {
	char subnqn[256]; ///< NQN of the NVM subsystem, NUL-terminated; empty when not known
	char uri[384];	  ///< URI that the device is opened by, NUL-terminated
	/** 0 unknown, 1 controller, 2 namespace, 3 block device, 4 file, 5 device in memory */
	uint32_t dtype;
	uint32_t nsid;	  ///< Namespace identifier; 0xffffffff for a controller, or when not known
	uint8_t csi;	  ///< enum xnvme_spec_csi or XNVME_SPEC_CSI_FS; 0xff when not known
	uint8_t rsvd[55]; ///< Zero
};

/**
 * Make an identity of a URI, without opening it
 *
 * @param uri The URI, at most XNVME_IDENT_URI_LEN bytes with its terminator; not parsed
 * @param ident Filled in: `uri` as given, `nsid` 0xffffffff, `csi` 0xff, all else zero
 *
 * @return 0; -EINVAL when an argument is NULL or the URI is too long
 */
int xnvme_ident_from_uri(const char *uri, struct xnvme_ident *ident);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_IDENT_H */
