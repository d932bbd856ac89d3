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

/**
 * One known backend
 */
struct xnvme_be_attr {
	const char *name;  ///< Id for opts.be: "linux", "ramdisk", ...; a static string
	uint8_t enabled;   ///< 1 when this build has the backend, else 0
	uint8_t _rsvd[15]; ///< Zero
};

/**
 * List of backends
 */
__extension__ struct xnvme_be_attr_list {
	uint32_t capacity;	     ///< Number of items that the list has room for
	int count;		     ///< Number of items
	struct xnvme_be_attr item[]; ///< `count` items
};

/**
 * Ask for one known backend, by index
 *
 * @param idx Index, from 0
 *
 * @return Thread-local storage that the next call in the same thread overwrites; NULL when `idx` is
 * out of range
 */
const struct xnvme_be_attr *xnvme_be_attr_get(int idx);

/**
 * List all known backends, and whether this build has them
 *
 * @param list Where to put the list; free it with xnvme_buf_virt_free()
 *
 * @return 0; -EINVAL when `list` is NULL; -ENOMEM
 */
int xnvme_be_attr_list_bundled(struct xnvme_be_attr_list **list);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_BE_H */
