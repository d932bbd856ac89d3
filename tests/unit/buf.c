// SPDX-License-Identifier: BSD-3-Clause
/**
 * Buffers: alignment, overflow, content, and devices that cannot do everything
 */
#include <support/capture.h>
#include <support/fake.h>
#include <support/files.h>

#include <stdio.h>
#include <stdlib.h>

static void
virtual_buffers_are_aligned_and_never_wrap(void)
{
	for (size_t alignment = 1; alignment <= 65536; alignment *= 2) {
		void *buf = xnvme_buf_virt_alloc(alignment, 1);

		CHECK(buf && (uintptr_t)buf % alignment == 0);
		xnvme_buf_virt_free(buf);
	}
	errno = 0;
	CHECK(!xnvme_buf_virt_alloc(4096, SIZE_MAX));
	CHECK_EQ(errno, ENOMEM);
	CHECK(!xnvme_buf_virt_alloc(4096, 0));
	CHECK_EQ(errno, EINVAL);
	CHECK(!xnvme_buf_virt_alloc(0, 1));
	CHECK(!xnvme_buf_virt_alloc(3, 1));
	xnvme_buf_virt_free(NULL);
}

static int g_nfreed;

static void *
mem_realloc(const struct xnvme_dev *dev, void *buf, size_t nbytes)
{
	(void)dev;

	return realloc(buf, nbytes);
}

static void
mem_free(const struct xnvme_dev *dev, void *buf)
{
	(void)dev;
	g_nfreed++;
	free(buf);
}

static int
mem_vtophys(const struct xnvme_dev *dev, void *buf, uint64_t *phys)
{
	(void)dev;
	*phys = (uintptr_t)buf;

	return 0;
}

static int
mem_map(const struct xnvme_dev *dev, void *vaddr, size_t nbytes)
{
	(void)dev;
	(void)vaddr;

	return (int)nbytes;
}

static int
mem_unmap(const struct xnvme_dev *dev, void *vaddr)
{
	(void)dev;
	(void)vaddr;

	return 7;
}

static void
devices_that_map_are_asked_and_others_are_not_implemented(void)
{
	static const struct xnvi_mem_ops all = {.id = "all",
						.realloc = mem_realloc,
						.free = mem_free,
						.vtophys = mem_vtophys,
						.map = mem_map,
						.unmap = mem_unmap};
	static const struct xnvi_mem_ops none = {.id = "none"};
	struct xnvme_dev *dev = fake_open();
	const struct xnvi_mem_ops *own = dev->mem;
	uint64_t phys = 0;
	void *buf;

	dev->mem = &all;
	CHECK(!xnvme_buf_alloc(dev, 1));
	CHECK_EQ(errno, ENOSYS);
	buf = xnvme_buf_phys_realloc(dev, NULL, 64, &phys);
	CHECK(buf);
	CHECK_EQ(phys, (uintptr_t)buf);
	buf = xnvme_buf_phys_realloc(dev, buf, 128, NULL);
	CHECK_EQ(xnvme_buf_vtophys(dev, buf, &phys), 0);
	CHECK_EQ(xnvme_mem_map(dev, buf, 5), 5);
	CHECK_EQ(xnvme_mem_unmap(dev, buf), 7);
	xnvme_buf_phys_free(dev, buf);
	CHECK_EQ(g_nfreed, 1);
	dev->mem = &none;
	CHECK(!xnvme_buf_realloc(dev, NULL, 1));
	CHECK_EQ(errno, ENOSYS);
	CHECK(!xnvme_buf_phys_realloc(dev, NULL, 1, &phys));
	CHECK_EQ(xnvme_buf_vtophys(dev, &phys, &phys), -ENOSYS);
	CHECK_EQ(xnvme_mem_map(dev, &phys, 1), -ENOSYS);
	CHECK_EQ(xnvme_mem_unmap(dev, &phys), -ENOSYS);
	xnvme_buf_free(dev, &phys);
	dev->mem = own;
	xnvme_dev_close(dev);
}

static void
null_is_refused(void)
{
	struct xnvme_dev *dev = fake_open();
	uint64_t phys;

	CHECK(!xnvme_buf_alloc(NULL, 1));
	CHECK_EQ(errno, EINVAL);
	CHECK(!xnvme_buf_alloc(dev, 0));
	CHECK(!xnvme_buf_realloc(NULL, NULL, 1));
	CHECK(!xnvme_buf_realloc(dev, NULL, 0));
	CHECK_EQ(xnvme_buf_vtophys(NULL, &phys, &phys), -EINVAL);
	CHECK_EQ(xnvme_buf_vtophys(dev, NULL, &phys), -EINVAL);
	CHECK_EQ(xnvme_buf_vtophys(dev, &phys, NULL), -EINVAL);
	CHECK_EQ(xnvme_mem_map(NULL, &phys, 1), -EINVAL);
	CHECK_EQ(xnvme_mem_map(dev, NULL, 1), -EINVAL);
	CHECK_EQ(xnvme_mem_map(dev, &phys, 0), -EINVAL);
	CHECK_EQ(xnvme_mem_unmap(NULL, &phys), -EINVAL);
	CHECK_EQ(xnvme_mem_unmap(dev, NULL), -EINVAL);
	xnvme_buf_free(NULL, &phys);
	xnvme_buf_free(dev, NULL);
	CHECK_EQ(xnvme_buf_fill(NULL, 1, "zero"), -EINVAL);
	CHECK_EQ(xnvme_buf_fill(&phys, 1, NULL), -EINVAL);
	CHECK_EQ(xnvme_buf_fill(&phys, 1, ""), -EINVAL);
	CHECK(!xnvme_buf_clear(NULL, 1));
	CHECK_EQ(xnvme_buf_memcpy(NULL, &phys, 1), -EINVAL);
	CHECK_EQ(xnvme_buf_memcpy(&phys, NULL, 1), -EINVAL);
	CHECK_EQ(xnvme_buf_memcpy(NULL, NULL, 0), 0);
	CHECK_EQ(xnvme_buf_to_file(NULL, 1, "x"), -EINVAL);
	CHECK_EQ(xnvme_buf_to_file(&phys, 1, NULL), -EINVAL);
	xnvme_dev_close(dev);
}

static void
content_is_by_name(void)
{
	uint8_t one[64], two[64];

	CHECK_EQ(xnvme_buf_fill(one, sizeof(one), "anum"), 0);
	CHECK_EQ(one[0], 'A');
	CHECK_EQ(one[26], 'A');
	CHECK_EQ(xnvme_buf_fill(two, sizeof(two), "ascii"), 0);
	CHECK_MEM(one, two, sizeof(one));
	CHECK_EQ(xnvme_buf_fill(one, sizeof(one), "rand-k"), 0);
	CHECK_EQ(xnvme_buf_fill(two, sizeof(two), "rand-k"), 0);
	CHECK_MEM(one, two, sizeof(one));
	CHECK_EQ(xnvme_buf_fill(two, sizeof(two), "rand-t"), 0);
	CHECK(xnvme_buf_diff(one, two, sizeof(one)) > 0);
	CHECK_EQ(xnvme_buf_fill(one, sizeof(one), "!"), 0);
	CHECK_EQ(one[63], '!');
	CHECK_EQ(xnvme_buf_memcpy(two, one, sizeof(two)), 0);
	CHECK_MEM(one, two, sizeof(one));
	CHECK_EQ(xnvme_buf_fill(two, sizeof(two), "zero"), 0);
	CHECK_EQ(xnvme_buf_diff(one, two, sizeof(one)), sizeof(one));
	CHECK(xnvme_buf_clear(one, sizeof(one)) == one);
	CHECK_EQ(one[0] | one[63], 0);
}

static void
content_may_be_that_of_a_file(void)
{
	uint8_t one[64], two[64];
	char path[300];

	needs_files();
	sys_temp_path(path, sizeof(path), "content");
	CHECK_EQ(sys_file_make(path, 0), 0);
	CHECK_EQ(xnvme_buf_fill(one, sizeof(one), "!"), 0);
	CHECK_EQ(xnvme_buf_to_file(one, sizeof(one), path), 0);
	CHECK_EQ(xnvme_buf_fill(two, sizeof(two), path), 0);
	CHECK_EQ(xnvme_buf_diff(one, two, sizeof(one)), 0);
	CHECK_EQ(xnvme_buf_fill(two, sizeof(two), "zero"), 0);
	CHECK_EQ(xnvme_buf_diff(one, two, sizeof(one)), sizeof(one));
	CHECK_EQ(xnvme_buf_to_file(one, 0, path), 0);
	CHECK_EQ(xnvme_buf_from_file(two, sizeof(two), path), 0);
	CHECK_EQ(two[0], 0);
	CHECK_EQ(sys_file_remove(path), 0);
	CHECK_EQ(xnvme_buf_from_file(two, sizeof(two), path), -ENOENT);
}

/** The file at `path` is `nbytes` long, and of the byte `content` from `from` on */
static void
check_file(const char *path, size_t nbytes, size_t from, uint8_t content)
{
	uint8_t now[256];

	CHECK_EQ(sys_file_get(path, now, sizeof(now)), nbytes);
	for (size_t i = from; i < nbytes; ++i) {
		CHECK_EQ(now[i], content);
	}
}

static void
a_write_to_a_file_that_fails_keeps_what_it_did_not_replace(void)
{
	enum { LIMIT = 100 };
	uint8_t old[200], new[150];
	char path[300];
	int err;

	NEEDS(SYS_LIMITS);
	sys_temp_path(path, sizeof(path), "limited");
	memset(old, 'o', sizeof(old));
	memset(new, 'n', sizeof(new));
	CHECK_EQ(xnvme_buf_to_file(old, sizeof(old), path), 0);
	CHECK_EQ(sys_limit_set(SYS_LIMIT_FILE_NBYTES, LIMIT), 0);
	err = xnvme_buf_to_file(new, sizeof(new), path);
	CHECK_EQ(sys_limit_reset(SYS_LIMIT_FILE_NBYTES), 0);
	CHECK_EQ(err, -EFBIG);
	check_file(path, sizeof(old), LIMIT, 'o');
	CHECK_EQ(xnvme_buf_to_file(new, sizeof(new), path), 0);
	check_file(path, sizeof(new), 0, 'n');
	sys_file_remove(path);
}

static void
a_buffer_goes_to_the_file_of_the_name_given(void)
{
	static const char *const names[] = {"3GB", "a?b", "ram:1GB", "0000:01:00.0", "host:1"};
	uint8_t data[64] = {0}, back[64];
	char dir[300];

	needs_files();
	memset(data, 'd', sizeof(data));
	sys_temp_subdir(dir, sizeof(dir), "names");
	CHECK_EQ(sys_dir_change(dir), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i) {
		if (!sys_name_is_allowed(names[i])) {
			continue;
		}
		CHECK_EQ(xnvme_buf_to_file(data, sizeof(data), names[i]), 0);
		check_file(names[i], sizeof(data), 0, 'd');
		memset(back, 0, sizeof(back));
		CHECK_EQ(xnvme_buf_from_file(back, sizeof(back), names[i]), 0);
		CHECK_MEM(back, data, sizeof(back));
		CHECK_EQ(sys_file_remove(names[i]), 0);
	}
	CHECK_EQ(sys_dir_change(".."), 0);
	CHECK_EQ(sys_dir_remove(dir), 0);
}

static void
differences_are_counted_and_printed(void)
{
	uint8_t one[4] = {1, 2, 3, 4};
	uint8_t two[4] = {1, 9, 3, 9};
	char *text;

	CHECK_EQ(xnvme_buf_diff(one, two, 4), 2);
	CHECK_EQ(xnvme_buf_diff(NULL, NULL, 4), 0);
	CHECK_EQ(xnvme_buf_diff(one, NULL, 4), 4);
	CHECK_EQ(xnvme_buf_diff(NULL, one, 4), 4);
	capture_begin();
	xnvme_buf_diff_pr(NULL, two, 4, 0);
	xnvme_buf_diff_pr(one, NULL, 4, 0);
	xnvme_buf_diff_pr(one, two, 4, 0);
	text = capture_end();
	CHECK(text);
	CHECK(strstr(text, "nbytes_diff: 2") && strstr(text, "'000003', expected: 0x4"));
	free(text);
}

static const struct test tests[] = {
    TEST_CASE(virtual_buffers_are_aligned_and_never_wrap),
    TEST_CASE(devices_that_map_are_asked_and_others_are_not_implemented),
    TEST_CASE(null_is_refused),
    TEST_CASE(content_is_by_name),
    TEST_CASE(content_may_be_that_of_a_file),
    TEST_CASE(a_write_to_a_file_that_fails_keeps_what_it_did_not_replace),
    TEST_CASE(a_buffer_goes_to_the_file_of_the_name_given),
    TEST_CASE(differences_are_counted_and_printed),
};

int
main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
