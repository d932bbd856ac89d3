// SPDX-License-Identifier: BSD-3-Clause
#include <core/registry.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/** 2^64 divided by the golden ratio: spreads addresses that have equal distances evenly */
#define GOLDEN 0x9e3779b97f4a7c15ULL

static inline struct xnvi_link *
link_of(const struct xnvi_registry *registry, const void *object)
{
	return (struct xnvi_link *)((uintptr_t)object + registry->offset);
}

static inline uint32_t
count_buckets(const struct xnvi_registry *registry)
{
	return registry->buckets ? 1U << registry->nbuckets_log2 : XNVI_REGISTRY_FEW;
}

/** The head of the list that has the link if any has it */
static struct xnvi_link **
bucket_of(const struct xnvi_registry *registry, const struct xnvi_link *link)
{
	const uint64_t hash = (uint64_t)(uintptr_t)link * GOLDEN;
	struct xnvi_link *const *heads = registry->buckets ? registry->buckets : registry->few;

	return (struct xnvi_link **)&heads[(hash >> 32) & (count_buckets(registry) - 1)];
}

static void
push(struct xnvi_link **head, struct xnvi_link *link)
{
	link->next = *head;
	link->back = head;
	if (link->next) {
		link->next->back = &link->next;
	}
	*head = link;
}

/** Make room for as many buckets as objects; without memory everything remains */
static void
grow(struct xnvi_registry *registry)
{
	const uint32_t nold = count_buckets(registry);
	struct xnvi_link **old = registry->buckets;
	struct xnvi_link **buckets = calloc((size_t)nold * 2, sizeof(struct xnvi_link *));

	if (!buckets) {
		return;
	}
	registry->nbuckets_log2 = (uint32_t)__builtin_ctz(nold) + 1;
	registry->buckets = buckets;
	for (uint32_t i = 0; i < nold; ++i) {
		struct xnvi_link *link = old ? old[i] : registry->few[i];

		while (link) {
			struct xnvi_link *next = link->next;

			push(bucket_of(registry, link), link);
			link = next;
		}
	}
	memset(registry->few, 0, sizeof(registry->few));
	free(old);
}

void
xnvi_registry_add(struct xnvi_registry *registry, void *object)
{
	struct xnvi_link *link = link_of(registry, object);

	if (registry->count >= count_buckets(registry)) {
		grow(registry);
	}
	push(bucket_of(registry, link), link);
	registry->count++;
}

bool
xnvi_registry_has(const struct xnvi_registry *registry, const void *object)
{
	const struct xnvi_link *link = link_of(registry, object);
	const struct xnvi_link *each = *bucket_of(registry, link);

	while (each && each != link) {
		each = each->next;
	}

	return each;
}

void
xnvi_registry_remove(struct xnvi_registry *registry, void *object)
{
	struct xnvi_link *link = link_of(registry, object);

	assert(xnvi_registry_has(registry, object));
	*link->back = link->next;
	if (link->next) {
		link->next->back = link->back;
	}
	registry->count--;
	if (!registry->count && registry->buckets) {
		/* As many objects have to come again before there is another allocation */
		free(registry->buckets);
		registry->buckets = NULL;
	}
}

void
xnvi_registry_each(const struct xnvi_registry *registry, void (*func)(void *object))
{
	const uint32_t nbuckets = count_buckets(registry);

	for (uint32_t i = 0; i < nbuckets; ++i) {
		const struct xnvi_link *link =
		    registry->buckets ? registry->buckets[i] : registry->few[i];

		for (; link; link = link->next) {
			func((void *)((uintptr_t)link - registry->offset));
		}
	}
}
