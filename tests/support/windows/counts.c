// SPDX-License-Identifier: BSD-3-Clause
#include <support/sys.h>

#include <windows.h>
#include <psapi.h>
#include <tlhelp32.h>

#define HEAPS_MAX 64

/** Handles are multiples of 4, and low ones are taken first: after such a gap there is none */
#define HANDLE_STEP 4U
#define HANDLE_GAP  (512U * HANDLE_STEP)

/** Handles with all of `flags`. GetProcessHandleCount() of wine says 0 */
static int
count_handles(DWORD flags)
{
	uintptr_t last = 0;
	int count = 0;

	for (uintptr_t number = HANDLE_STEP; number - last <= HANDLE_GAP; number += HANDLE_STEP) {
		DWORD has = 0;

		if (GetHandleInformation((HANDLE)number, &has)) {
			last = number;
			count += (has & flags) == flags;
		}
	}

	return count;
}

int
sys_count_descriptors(void)
{
	return count_handles(0);
}

int
sys_count_inheritable(void)
{
	return count_handles(HANDLE_FLAG_INHERIT);
}

int
sys_count_threads(void)
{
	HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
	THREADENTRY32 entry = {.dwSize = sizeof(entry)};
	int count = 0;

	if (snapshot == INVALID_HANDLE_VALUE) {
		return -ENOSYS;
	}
	for (BOOL more = Thread32First(snapshot, &entry); more;
	     more = Thread32Next(snapshot, &entry)) {
		count += entry.th32OwnerProcessID == GetCurrentProcessId();
	}
	CloseHandle(snapshot);

	return count;
}

static size_t
heap_nbytes(HANDLE heap)
{
	PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
	size_t nbytes = 0;

	HeapLock(heap);
	while (HeapWalk(heap, &entry)) {
		nbytes += entry.wFlags & PROCESS_HEAP_ENTRY_BUSY ? entry.cbData : 0;
	}
	HeapUnlock(heap);

	return nbytes;
}

size_t
sys_heap_nbytes(void)
{
	HANDLE heaps[HEAPS_MAX];
	const DWORD nheaps = GetProcessHeaps(HEAPS_MAX, heaps);
	size_t nbytes = 0;

	for (DWORD i = 0; i < nheaps && i < HEAPS_MAX; ++i) {
		nbytes += heap_nbytes(heaps[i]);
	}

	return nbytes;
}

uint64_t
sys_resident_nbytes(void)
{
	PROCESS_MEMORY_COUNTERS counters = {.cb = sizeof(counters)};

	return GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof(counters))
		   ? counters.WorkingSetSize
		   : 0;
}

size_t
sys_heap_slack_nbytes(void)
{
	return 16 * 1024;
}
