// SPDX-License-Identifier: BSD-3-Clause
/**
 * Work without commands: one thread of the process calls entries that are due
 *
 * Entries serve deadlines of queues whose owner sleeps, keep-alive, asynchronous events, removal.
 * The thread exists while there is an entry. When no thread can be started, poke calls the entries.
 */
#ifndef XNVI_CORE_SERVICE_H
#define XNVI_CORE_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

/** An entry, embedded in the object that it serves; zeroed before it is added */
struct xnvi_service {
	/**
	 * Called when the entry is due, by any thread, but one at a time; must not block, add or
	 * remove entries, or call callbacks of programs
	 *
	 * @return The time of xnvi_time_ns() when the entry is due again
	 */
	uint64_t (*run)(struct xnvi_service *entry, uint64_t now_ns);
	uint64_t due_ns; ///< The first time, as run() returns it
	struct xnvi_service *next;
	struct xnvi_service **back; ///< What points here
	uint32_t fork_gen; ///< xnvi_fork_generation when it was added, plus one; 0: not added
};

/** Begin to call the entry */
void xnvi_service_add(struct xnvi_service *entry);

/** Stop calling the entry: it is not running afterwards; does nothing when it was not added */
void xnvi_service_remove(struct xnvi_service *entry);

/** Whether there is a thread that calls the entries */
bool xnvi_service_has_thread(void);

/** Without a thread, call the entries that are due */
void xnvi_service_poll(uint64_t now_ns);

#endif /* XNVI_CORE_SERVICE_H */
