// SPDX-License-Identifier: BSD-3-Clause
/**
 * Backends that this library was built with
 */
#ifndef __LIBXNVME_BE_H
#define __LIBXNVME_BE_H

#include <stdint.h>
#include <libxnvme_host.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xnvme_be_attr {
	const char *name;
	uint8_t enabled;
	uint8_t _rsvd[15];
};

__extension__ struct xnvme_be_attr_list {
	uint32_t capacity;
	int count;
	struct xnvme_be_attr item[];
};

/**
 * One of the known backends, by index
 *
 * @return Thread-local storage that the next call in the same thread overwrites; NULL when `idx` is
 * out of range
 */
const struct xnvme_be_attr *xnvme_be_attr_get(int idx);

/**
 * All known backends, and whether this build has them
 *
 * @param list Where to put the list; free it with xnvme_buf_virt_free()
 *
 * @return 0, -EINVAL, -ENOMEM
 */
int xnvme_be_attr_list_bundled(struct xnvme_be_attr_list **list);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_BE_H */
