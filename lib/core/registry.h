// SPDX-License-Identifier: BSD-3-Clause
/**
 * Live objects by address: a hash with links inside the objects
 *
 * An address that a caller passes is only compared. So what is not live, and what was freed, is
 * found to be so without touching it. Every function has constant cost, except the one for all
 * objects.
 */
#ifndef XNVI_CORE_REGISTRY_H
#define XNVI_CORE_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <os/system.h>

/** Buckets without an allocation */
#define XNVI_REGISTRY_FEW 8U

/** Place of an object in a registry */
struct xnvi_link {
	struct xnvi_link *next;
	struct xnvi_link **back; ///< What points here
};

/** The lock is the callers', and is held in every function */
struct xnvi_registry {
	struct xnvi_mutex lock;
	size_t offset;		    ///< Of the link in an object
	struct xnvi_link **buckets; ///< NULL: `few`
	uint32_t nbuckets_log2;	    ///< Of `buckets`
	uint32_t count;
	struct xnvi_link *few[XNVI_REGISTRY_FEW];
};

#define XNVI_REGISTRY(type, member)                                                                \
	{                                                                                          \
		.lock = XNVI_MUTEX_INITIALIZER, .offset = offsetof(type, member)                   \
	}

/** Add an object that is in no registry; cannot fail: without memory the buckets get longer */
void xnvi_registry_add(struct xnvi_registry *registry, void *object);

/** Whether there is an object at this address, which may be any */
bool xnvi_registry_has(const struct xnvi_registry *registry, const void *object);

/** Remove an object that is there */
void xnvi_registry_remove(struct xnvi_registry *registry, void *object);

/** Call `func` for each object, in no order; it may neither add nor remove */
void xnvi_registry_each(const struct xnvi_registry *registry, void (*func)(void *object));

#endif /* XNVI_CORE_REGISTRY_H */
