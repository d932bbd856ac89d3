// SPDX-License-Identifier: BSD-3-Clause
#ifndef __LIBXNVME_BE_H
#define __LIBXNVME_BE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xnvme_be_attr {
	const char *name;
	uint8_t enabled;
	uint8_t _rsvd[15];
};

struct xnvme_be_attr_list {
	uint32_t capacity;
	int count;
	struct xnvme_be_attr item[];
};

const struct xnvme_be_attr *xnvme_be_attr_get(int idx);

int xnvme_be_attr_list_bundled(struct xnvme_be_attr_list **list);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_BE_H */
