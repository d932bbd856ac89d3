// SPDX-License-Identifier: BSD-3-Clause
#include <support/sys.h>

#include <windows.h>
#include <psapi.h>
#include <tlhelp32.h>

#define HEAPS_MAX      64
#define HANDLE_NUMBERS 65536U /* Numbers are multiples of 4, and low ones are taken first */

int
sys_count_descriptors(void)
{
	DWORD count = 0;

	return GetProcessHandleCount(GetCurrentProcess(), &count) ? (int)count : -ENOSYS;
}

int
sys_count_inheritable(void)
{
	int count = 0;

	for (uintptr_t number = 4; number < HANDLE_NUMBERS; number += 4) {
		DWORD flags = 0;

		count +=
		    GetHandleInformation((HANDLE)number, &flags) && (flags & HANDLE_FLAG_INHERIT);
	}

	return count;
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
