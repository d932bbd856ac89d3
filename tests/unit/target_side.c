// SPDX-License-Identifier: BSD-3-Clause
/**
 * What is kept beside an image: marks, saved features, operations under way; and who may open it
 */
#include <support/target.h>

#include <errno.h>

#include <os/system.h>
#include <spec/crc.h>

#define IMAGE_NBYTES  (4 * MIB)
#define HEADER_NBYTES 64u
#define SIDE_MAX      8192

enum { RECORD_FEATURES = 1, RECORD_MARKS, RECORD_FORMAT, RECORD_SANITIZE };

/* A child of fork(2) ends with the threads that its parent had, which it cannot join */
const char *__tsan_default_options(void);

const char *
__tsan_default_options(void)
{
	return "report_thread_leaks=0";
}

static char g_path[300];
static char g_side[320];
static uint8_t g_buf[256 * 1024];
static uint8_t g_back[256 * 1024];
static struct xnvi_target_words g_words;
/** What a copy of the process finds open */
static struct xnvi_target *g_inherited;

static int
open_as(uint64_t nbytes, uint32_t lba_nbytes, const char *path, bool read_only,
	struct xnvi_target **target)
{
	const struct xnvi_target_params params = {.nbytes = nbytes,
						  .lba_nbytes = lba_nbytes,
						  .path = path,
						  .read_only = read_only,
						  .words = &g_words};

	memset(&g_words, 0, sizeof(g_words));

	return xnvi_target_open(&params, target);
}

/** Without an LBA size in the URI */
static struct xnvi_target *
open_again(void)
{
	struct xnvi_target *target = NULL;

	return open_as(IMAGE_NBYTES, 0, g_path, false, &target) ? NULL : target;
}

static bool
side_exists(void)
{
	return sys_file_exists(g_side);
}

static int
set_feature(struct xnvi_target *target, uint8_t fid, bool save, uint32_t value)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_ADM_OPC_SFEAT;
	cmd.sfeat.cdw10.fid = fid;
	cmd.sfeat.cdw10.save = save;
	cmd.sfeat.feat.val = value;

	return run_admin(target, &cmd, NULL, 0);
}

/** The value, or UINT32_MAX */
static uint32_t
get_feature(struct xnvi_target *target, uint8_t fid, unsigned sel)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_ADM_OPC_GFEAT;
	cmd.gfeat.cdw10.fid = fid;
	cmd.gfeat.cdw10.sel = sel & 0x7;

	return run_admin(target, &cmd, NULL, 0) ? UINT32_MAX : (uint32_t)g_cpl.result;
}

static int
sanitize(struct xnvi_target *target, unsigned action)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_NVM_OPC_SANITIZE;
	cmd.sanitize.sanact = action & 0x7;
	cmd.sanitize.owpass = 2;
	cmd.sanitize.ovrpat = 0x21212121;

	return run_admin(target, &cmd, NULL, 0);
}

static unsigned
sanitize_wait(struct xnvi_target *target)
{
	struct xnvme_spec_log_sanitize_entry log;

	do {
		xnvi_thread_yield();
		if (do_log(target, 0x81, 0, &log, sizeof(log))) {
			return 0;
		}
	} while (log.sstat.sos == 2);

	return log.sstat.sos;
}

/* Side files of our own making */

static size_t
put(uint8_t *to, uint64_t value, unsigned nbytes)
{
	for (unsigned i = 0; i < nbytes; ++i) {
		to[i] = (uint8_t)(value >> 8 * i);
	}

	return nbytes;
}

static void
put_header_crc(uint8_t *side)
{
	put(side + 56, xnvi_crc64_nvme(0, side, 56), 8);
}

static size_t
make_header(uint8_t *side, uint32_t nrecords)
{
	memset(side, 0, HEADER_NBYTES);
	memcpy(side, "xnvmeimg", 8);
	put(side + 8, 1, 4);
	put(side + 12, nrecords, 4);
	put(side + 16, IMAGE_NBYTES, 8);
	put(side + 24, 512, 4);
	put(side + 32, 0x0123456789ABCDEF, 8);
	put_header_crc(side);

	return HEADER_NBYTES;
}

static size_t
make_record(uint8_t *to, uint32_t type, const void *payload, uint32_t nbytes)
{
	uint64_t crc;

	put(to, type, 4);
	put(to + 4, nbytes, 4);
	memcpy(to + 16, payload, nbytes);
	crc = xnvi_crc64_nvme(xnvi_crc64_nvme(0, to, 8), to + 16, nbytes);
	put(to + 8, crc, 8);

	return 16u + nbytes;
}

static void
write_side(const uint8_t *side, size_t nbytes)
{
	CHECK_EQ(sys_file_put(g_side, side, nbytes), 0);
}

static size_t
read_side(uint8_t *side)
{
	const int64_t n = sys_file_get(g_side, side, SIDE_MAX);

	return n < 0 ? 0 : (size_t)n;
}

/** An image with data in all blocks, and no side file */
static void
make_image(void)
{
	struct xnvi_target *target = target_open(IMAGE_NBYTES, 512, g_path);

	CHECK(target);
	memset(g_buf, 0x77, sizeof(g_buf));
	for (uint64_t slba = 0; slba < IMAGE_NBYTES / 512; slba += 512) {
		CHECK_EQ(do_write(target, slba, 512, g_buf, sizeof(g_buf)), OK);
	}
	xnvi_target_close(target);
	CHECK(!side_exists());
}

/* The file appears when there is something to keep */

static void
opening_reading_and_writing_make_no_side_file(void)
{
	struct xnvme_spec_cmd flush = {0};
	struct xnvi_target *target = target_open(IMAGE_NBYTES, 512, g_path);

	CHECK(target);
	flush.common.nsid = 1;
	CHECK_EQ(do_write(target, 0, 512, g_buf, sizeof(g_buf)), OK);
	CHECK_EQ(do_read(target, 0, 512, g_back, sizeof(g_back)), OK);
	CHECK_EQ(do_zeroes(target, 1, 3, 0), OK);
	CHECK_EQ(do_deallocate(target, 0, 4096), OK);
	CHECK_EQ(run(target, &flush, NULL, 0), OK);
	CHECK_EQ(set_feature(target, 8, false, 3), OK);
	CHECK(!side_exists());
	xnvi_target_close(target);
	CHECK(!side_exists());
}

/** The next open need not say it: another size would read other bytes */
static void
lba_size_of_a_new_image_is_kept(void)
{
	for (uint32_t lba_nbytes = 1024; lba_nbytes <= 4096; lba_nbytes *= 2) {
		struct xnvi_target *target = target_open(IMAGE_NBYTES, lba_nbytes, g_path);

		CHECK(target);
		CHECK(side_exists());
		memset(g_buf, 0x5a, sizeof(g_buf));
		CHECK_EQ(do_write(target, 7, 1, g_buf, lba_nbytes), OK);
		xnvi_target_close(target);
		CHECK(!target_open(IMAGE_NBYTES, 512, g_path));
		target = target_open(IMAGE_NBYTES, 0, g_path);
		CHECK(target);
		CHECK_EQ(do_read(target, 7, 1, g_back, lba_nbytes), OK);
		CHECK(memcmp(g_back, g_buf, lba_nbytes) == 0);
		xnvi_target_close(target);
		image_remove(g_path);
	}
}

static void
what_is_kept_makes_a_side_file_with_the_permissions_of_the_image(void)
{
	NEEDS(SYS_PERMISSIONS);
	for (int i = 0; i < 4; ++i) {
		struct xnvi_target *target = target_open(IMAGE_NBYTES, 512, g_path);

		CHECK(target);
		CHECK_EQ(sys_file_set_mode(g_path, 0640), 0);
		xnvi_target_close(target);
		target = target_open(IMAGE_NBYTES, 512, g_path);
		CHECK(target);
		CHECK_EQ(i == 0	  ? do_lba(target, OPC_UNCORRECTABLE, 0, 1)
			 : i == 1 ? set_feature(target, 8, true, 3)
			 : i == 2 ? do_format(target, 0, 0)
				  : sanitize(target, 2),
			 OK);
		CHECK_EQ(sys_file_mode(g_side), 0640);
		xnvi_target_close(target);
		image_remove(g_path);
	}
}

/* Marks */

static void
marks_outlive_the_process_and_a_write_clears_them(void)
{
	struct xnvi_target *target = target_open(IMAGE_NBYTES, 512, g_path);

	CHECK(target);
	/* In three chunks */
	CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 100, 200), OK);
	CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 1000, 1), OK);
	xnvi_target_close(target);

	target = open_again();
	CHECK(target);
	CHECK_EQ(do_read(target, 99, 1, g_back, 512), OK);
	for (uint64_t slba = 100; slba < 300; ++slba) {
		CHECK_EQ(do_read(target, slba, 1, g_back, 512), READ_ERROR);
	}
	CHECK_EQ(do_read(target, 300, 1, g_back, 512), OK);
	CHECK_EQ(do_read(target, 1000, 1, g_back, 512), READ_ERROR);
	CHECK_EQ(do_lba(target, OPC_VERIFY, 299, 1), READ_ERROR);
	CHECK_EQ(do_compare(target, 100, 1, g_back, 512), READ_ERROR);
	/* Across a border of chunks */
	CHECK_EQ(do_write(target, 110, 100, g_buf, 51200), OK);
	CHECK_EQ(do_read(target, 110, 100, g_back, 51200), OK);
	xnvi_target_close(target);

	target = open_again();
	CHECK(target);
	CHECK_EQ(do_read(target, 109, 1, g_back, 512), READ_ERROR);
	CHECK_EQ(do_read(target, 110, 100, g_back, 51200), OK);
	CHECK_EQ(do_read(target, 210, 1, g_back, 512), READ_ERROR);
	CHECK_EQ(do_read(target, 1000, 1, g_back, 512), READ_ERROR);
	xnvi_target_close(target);
}

/** All that replaces data, within a chunk and up to the inside of another */
static void
everything_that_replaces_data_clears_the_marks_it_covers(void)
{
	struct xnvme_spec_nvm_scopy_fmt_zero source = {.slba = 4000, .nlb = 49};
	static const uint32_t lengths[] = {50, 300};

	for (int kind = 0; kind < 5; ++kind) {
		for (int i = 0; i < 2; ++i) {
			struct xnvi_target *target = target_open(IMAGE_NBYTES, 512, g_path);
			const uint32_t nblocks = kind == 4 ? 50 : lengths[i];

			CHECK(target);
			CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 90, 500), OK);
			xnvi_target_close(target);
			target = open_again();
			CHECK(target);
			CHECK_EQ(kind == 0   ? do_write(target, 100, nblocks, g_buf, nblocks * 512)
				 : kind == 1 ? do_zeroes(target, 100, nblocks, 0)
				 : kind == 2 ? do_zeroes(target, 100, nblocks, CDW12_DEAC)
				 : kind == 3 ? do_deallocate(target, 100, nblocks)
					     : do_copy(target, 100, &source, 1),
				 OK);
			for (int again = 0; again < 2; ++again) {
				CHECK_EQ(do_read(target, 99, 1, g_back, 512), READ_ERROR);
				CHECK_EQ(do_read(target, 100, nblocks, g_back, nblocks * 512), OK);
				CHECK_EQ(do_read(target, 100 + nblocks, 1, g_back, 512),
					 READ_ERROR);
				CHECK_EQ(do_read(target, 589, 1, g_back, 512), READ_ERROR);
				xnvi_target_close(target);
				target = open_again();
				CHECK(target);
			}
			xnvi_target_close(target);
			image_remove(g_path);
		}
	}
}

#define NWRITERS    4u
#define NPER_WRITER 40u

static void *
writer_main(void *arg)
{
	const unsigned long writer = (unsigned long)(uintptr_t)arg;
	uint8_t buf[512];

	memset(buf, (int)writer, sizeof(buf));
	for (unsigned long i = 0; i < NPER_WRITER; ++i) {
		struct xnvi_target *target = NULL;

		/* Every second block, so that no two ranges become one */
		if (open_as(IMAGE_NBYTES, 0, g_path, false, &target) ||
		    do_write(target, 2 * (i * NWRITERS + writer), 1, buf, sizeof(buf))) {
			return arg;
		}
		xnvi_target_close(target);
	}

	return NULL;
}

static void
writers_that_clear_marks_at_once_lose_none(void)
{
	struct xnvi_target *target = target_open(IMAGE_NBYTES, 512, g_path);
	struct sys_thread threads[NWRITERS];
	uint64_t nmarked = 0;

	CHECK(target);
	CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 0, 1000), OK);
	for (uintptr_t i = 0; i < NWRITERS; ++i) {
		CHECK_EQ(sys_thread_start(&threads[i], writer_main, (void *)(i + 1)), 0);
	}
	for (unsigned i = 0; i < NWRITERS; ++i) {
		CHECK(!sys_thread_join(&threads[i]));
	}
	xnvi_target_close(target);
	target = open_again();
	CHECK(target);
	for (uint64_t slba = 0; slba < 1000; ++slba) {
		nmarked += do_read(target, slba, 1, g_back, 512) == READ_ERROR;
	}
	CHECK_EQ(nmarked, 1000 - NWRITERS * NPER_WRITER);
	xnvi_target_close(target);
}

/* Features */

static void
saved_features_are_current_after_the_next_open(void)
{
	struct xnvi_target *target = target_open(IMAGE_NBYTES, 512, g_path);

	CHECK(target);
	CHECK_EQ(set_feature(target, 8, true, 0x0203), OK);
	CHECK_EQ(set_feature(target, 6, true, 0), OK);
	CHECK_EQ(set_feature(target, 4, true, 300), OK);
	CHECK_EQ(set_feature(target, 4, true, 1u << 20 | 250), OK);
	/* Set for now only */
	CHECK_EQ(set_feature(target, 8, false, 0x0405), OK);
	CHECK_EQ(set_feature(target, 0x0A, false, 1), OK);
	CHECK_EQ(get_feature(target, 8, 2), 0x0203);
	xnvi_target_close(target);

	target = open_again();
	CHECK(target);
	CHECK_EQ(get_feature(target, 8, 0), 0x0203);
	CHECK_EQ(get_feature(target, 8, 1), 0);
	CHECK_EQ(get_feature(target, 8, 2), 0x0203);
	CHECK_EQ(get_feature(target, 6, 0), 0);
	CHECK_EQ(get_feature(target, 4, 0), 300);
	CHECK_EQ(get_feature(target, 0x0A, 0), 0);
	/* Back to the default */
	CHECK_EQ(set_feature(target, 8, true, 0), OK);
	xnvi_target_close(target);

	target = open_again();
	CHECK(target);
	CHECK_EQ(get_feature(target, 8, 0), 0);
	CHECK_EQ(get_feature(target, 4, 0), 300);
	xnvi_target_close(target);
}

/* Format */

static void
format_keeps_its_lba_size_for_uris_without_one(void)
{
	struct xnvi_target *target = target_open(IMAGE_NBYTES, 512, g_path);
	struct xnvme_spec_idfy_ns ns;

	CHECK(target);
	CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 100, 200), OK);
	CHECK_EQ(set_feature(target, 8, true, 3), OK);
	CHECK_EQ(do_format(target, 3, 0), OK);
	xnvi_target_close(target);

	target = open_again();
	CHECK(target);
	CHECK_EQ(do_identify(target, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.flbas.format, 3);
	CHECK_EQ(ns.nsze, IMAGE_NBYTES / 4096);
	CHECK_EQ(do_read(target, 0, 64, g_back, sizeof(g_back)), OK);
	CHECK(is_filled(g_back, sizeof(g_back), 0));
	CHECK_EQ(get_feature(target, 8, 0), 3);
	xnvi_target_close(target);
}

static void
another_lba_size_than_the_formatted_one_is_refused_with_both(void)
{
	struct xnvi_target *target = target_open(IMAGE_NBYTES, 512, g_path);
	struct xnvi_target *other = NULL;

	CHECK(target);
	CHECK_EQ(do_format(target, 3, 0), OK);
	/* While it is open, and afterwards */
	for (int i = 0; i < 2; ++i) {
		CHECK_EQ(open_as(IMAGE_NBYTES, 512, g_path, false, &other), -EINVAL);
		CHECK(strstr(g_words.what, "4096") && strstr(g_words.what, "512"));
		CHECK(g_words.hint[0]);
		xnvi_target_close(target);
		target = NULL;
	}
	CHECK(strstr(g_words.hint, g_side));
	CHECK(strstr(g_words.hint, "remove"));
	CHECK_EQ(open_as(IMAGE_NBYTES, 4096, g_path, false, &target), 0);
	xnvi_target_close(target);
	/* The remedy helps */
	CHECK_EQ(sys_file_remove(g_side), 0);
	CHECK_EQ(open_as(IMAGE_NBYTES, 512, g_path, false, &target), 0);
	xnvi_target_close(target);
}

/* Operations that a process left undone */

static void
interrupted_format_is_done_again(void)
{
	uint8_t side[SIDE_MAX];
	uint8_t intent[8] = {0};
	uint8_t marks[16] = {0};
	struct xnvi_target *target;
	struct xnvme_spec_idfy_ns ns;
	size_t n;

	make_image();
	put(intent, 2048, 4);
	put(marks + 8, 5, 8);
	n = make_header(side, 2);
	n += make_record(side + n, 1u << 31 | RECORD_MARKS, marks, sizeof(marks));
	n += make_record(side + n, 1u << 31 | RECORD_FORMAT, intent, sizeof(intent));
	write_side(side, n);
	CHECK_EQ(open_as(IMAGE_NBYTES, 512, g_path, false, &target), -EINVAL);
	for (int i = 0; i < 2; ++i) {
		target = open_again();
		CHECK(target);
		CHECK_EQ(do_identify(target, 0, 1, 0, &ns), OK);
		CHECK_EQ(ns.flbas.format, 2);
		CHECK_EQ(do_read(target, 0, 128, g_back, sizeof(g_back)), OK);
		CHECK_EQ(is_filled(g_back, sizeof(g_back), 0), !i);
		/* Once */
		CHECK_EQ(do_write(target, 0, 128, g_buf, sizeof(g_buf)), OK);
		xnvi_target_close(target);
	}
}

static void
interrupted_sanitize_goes_on(void)
{
	uint8_t side[SIDE_MAX];
	uint8_t intent[16] = {0};
	uint8_t marks[16] = {0};
	struct xnvi_target *target;
	struct xnvme_spec_log_sanitize_entry log;
	size_t n;

	make_image();
	/* Overwrite, two passes with inversion: after one of them the second has ~pattern */
	put(intent, 3 | 2 << 4 | 1 << 8, 4);
	put(intent + 4, 0x5A5A5A5A, 4);
	put(intent + 8, 1, 4);
	put(marks + 8, 5, 8);
	n = make_header(side, 2);
	n += make_record(side + n, 1u << 31 | RECORD_MARKS, marks, sizeof(marks));
	n += make_record(side + n, 1u << 31 | RECORD_SANITIZE, intent, sizeof(intent));
	write_side(side, n);

	target = open_again();
	CHECK(target);
	CHECK_EQ(sanitize_wait(target), 1);
	CHECK_EQ(do_log(target, 0x81, 0, &log, sizeof(log)), OK);
	CHECK_EQ(log.sstat.opc, 2);
	CHECK_EQ(log.scdw10, 3 | 2 << 4 | 1 << 8);
	for (uint64_t slba = 0; slba < IMAGE_NBYTES / 512; slba += 512) {
		CHECK_EQ(do_read(target, slba, 512, g_back, sizeof(g_back)), OK);
		CHECK(is_filled(g_back, sizeof(g_back), 0xA5));
	}
	CHECK_EQ(do_write(target, 0, 1, g_buf, 512), OK);
	xnvi_target_close(target);
	/* Once */
	target = open_again();
	CHECK(target);
	CHECK_EQ(do_compare(target, 0, 1, g_buf, 512), OK);
	xnvi_target_close(target);
}

/** All passes are counted, and only the end was not reached */
static void
passes_that_were_counted_are_not_done_again(void)
{
	uint8_t side[SIDE_MAX];
	uint8_t intent[16] = {0};
	struct xnvi_target *target;
	size_t n;

	make_image();
	put(intent, 3 | 2 << 4, 4);
	put(intent + 8, 2, 4);
	n = make_header(side, 1);
	n += make_record(side + n, 1u << 31 | RECORD_SANITIZE, intent, sizeof(intent));
	write_side(side, n);
	target = open_again();
	CHECK(target);
	CHECK_EQ(sanitize_wait(target), 1);
	CHECK_EQ(do_read(target, 0, 512, g_back, sizeof(g_back)), OK);
	CHECK(is_filled(g_back, sizeof(g_back), 0x77));
	xnvi_target_close(target);
}

static void
closing_leaves_a_sanitize_operation_to_the_next_open(void)
{
	struct xnvi_target *target = target_open(64 * MIB, 512, g_path);

	CHECK(target);
	CHECK_EQ(sanitize(target, 3), OK);
	xnvi_target_close(target);
	CHECK_EQ(open_as(64 * MIB, 0, g_path, false, &target), 0);
	CHECK_EQ(sanitize_wait(target), 1);
	CHECK_EQ(do_read(target, 64 * MIB / 512 - 512, 512, g_back, sizeof(g_back)), OK);
	CHECK(is_filled(g_back, sizeof(g_back), 0x21));
	xnvi_target_close(target);
}

/* Side files that cannot be right */

static const struct {
	const char *what; ///< What is wrong; the words tell both values
	unsigned offset;  ///< Of the field that is changed
	unsigned nbytes;
	uint64_t value;
	bool with_crc; ///< The checksum goes with the change
	const char *words[2];
} g_bad_headers[] = {
    {"magic", 0, 8, 0x1122334455667788, true, {"xnvmeimg", ""}},
    {"version", 8, 4, 2, true, {"version 2", "1"}},
    {"image size", 16, 8, 1024, true, {"1024", "4194304"}},
    {"LBA size", 24, 4, 513, true, {"513", ""}},
    {"LBA size 0", 24, 4, 0, true, {"0", ""}},
    {"number of records", 12, 4, 2, true, {"1 of its 2", ""}},
    {"fewer records", 12, 4, 0, true, {"0 of its 0", ""}},
    {"header without checksum", 40, 8, 1, false, {"checksum", "expected"}},
};

static void
check_refused(const char *what, const char *const words[2])
{
	struct xnvi_target *target = NULL;
	const int err = open_as(IMAGE_NBYTES, 0, g_path, false, &target);

	if (err != -EINVAL || !strstr(g_words.what, words[0]) || !strstr(g_words.what, words[1]) ||
	    !strstr(g_words.hint, "remove") || !strstr(g_words.hint, g_side)) {
		test_fail(__FILE__, __LINE__, "%s: %d, '%s', '%s'", what, err, g_words.what,
			  g_words.hint);
	}
	if (target) {
		xnvi_target_close(target);
	}
}

static void
headers_that_disagree_are_refused_with_both_values(void)
{
	const uint8_t marks[16] = {0, 0, 0, 0, 0, 0, 0, 0, 1};
	uint8_t side[SIDE_MAX];

	make_image();
	for (size_t i = 0; i < sizeof(g_bad_headers) / sizeof(*g_bad_headers); ++i) {
		size_t n = make_header(side, 1);

		put(side + g_bad_headers[i].offset, g_bad_headers[i].value,
		    g_bad_headers[i].nbytes);
		if (g_bad_headers[i].with_crc) {
			put_header_crc(side);
		}
		n += make_record(side + n, 1u << 31 | RECORD_MARKS, marks, sizeof(marks));
		write_side(side, n);
		check_refused(g_bad_headers[i].what, g_bad_headers[i].words);
	}
}

static const struct {
	const char *what;
	uint32_t type;
	uint32_t nbytes;
	uint64_t payload[3];
	const char *words[2];
} g_bad_records[] = {
    {"unknown, mandatory", 1u << 31 | 99, 4, {0}, {"80000063", "does not know"}},
    {"type 0", 1u << 31, 4, {0}, {"80000000", "does not know"}},
    {"features of odd length", 1u << 31 | 1, 7, {0}, {"80000001", "not valid"}},
    {"feature that is none", 1u << 31 | 1, 8, {0x7F}, {"saved feature", ""}},
    {"feature that is not saved", 1u << 31 | 1, 8, {0x07}, {"saved feature", ""}},
    {"feature with other bits", 1u << 31 | 1, 8, {2ull << 32 | 6}, {"saved feature", ""}},
    {"marks of odd length", 1u << 31 | 2, 8, {0}, {"80000002", "not valid"}},
    {"mark of no blocks", 1u << 31 | 2, 16, {0, 0}, {"80000002", "not valid"}},
    {"mark behind the image", 1u << 31 | 2, 16, {8192, 1}, {"80000002", "not valid"}},
    {"mark over the end", 1u << 31 | 2, 16, {8191, 2}, {"80000002", "not valid"}},
    {"mark that wraps", 1u << 31 | 2, 16, {1, UINT64_MAX}, {"80000002", "not valid"}},
    {"format of odd length", 1u << 31 | 3, 4, {512}, {"80000003", "not valid"}},
    {"format to no LBA size", 1u << 31 | 3, 8, {1000}, {"80000003", "not valid"}},
    {"sanitize of odd length", 1u << 31 | 4, 8, {0}, {"80000004", "not valid"}},
};

static void
records_that_cannot_be_right_are_refused(void)
{
	static const char *const not_valid[2] = {"80000002", "not valid"};
	static const char *const checksum[2] = {"checksum", "expected"};
	const uint64_t twice[4] = {10, 5, 12, 5};
	uint8_t side[SIDE_MAX];
	size_t n;

	make_image();
	for (size_t i = 0; i < sizeof(g_bad_records) / sizeof(*g_bad_records); ++i) {
		n = make_header(side, 1);
		n += make_record(side + n, g_bad_records[i].type, g_bad_records[i].payload,
				 g_bad_records[i].nbytes);
		write_side(side, n);
		check_refused(g_bad_records[i].what, g_bad_records[i].words);
	}
	n = make_header(side, 1);
	n += make_record(side + n, 1u << 31 | RECORD_MARKS, twice, sizeof(twice));
	write_side(side, n);
	check_refused("marks that overlap", not_valid);
	n = make_header(side, 2);
	n += make_record(side + n, 1u << 31 | RECORD_MARKS, twice, 16);
	n += make_record(side + n, 1u << 31 | RECORD_MARKS, twice + 2, 16);
	write_side(side, n);
	check_refused("two records of marks", not_valid);
	n = make_header(side, 1);
	n += make_record(side + n, 1u << 31 | RECORD_MARKS, twice, 16);
	side[HEADER_NBYTES + 16] ^= 1;
	write_side(side, n);
	check_refused("a bit of the payload", checksum);
}

/** Cut at every byte, and one byte more */
static void
a_side_file_that_was_cut_is_refused_at_every_length(void)
{
	static const char *const none[2] = {"", ""};
	struct xnvi_target *target = target_open(IMAGE_NBYTES, 512, g_path);
	uint8_t side[SIDE_MAX];
	size_t nbytes;

	CHECK(target);
	CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 100, 200), OK);
	CHECK_EQ(set_feature(target, 8, true, 3), OK);
	xnvi_target_close(target);
	nbytes = read_side(side);
	CHECK(nbytes > HEADER_NBYTES + 40);
	for (size_t n = 0; n <= nbytes + 1; ++n) {
		if (n != nbytes) {
			side[nbytes] = 0;
			write_side(side, n);
			check_refused("cut", none);
		}
	}
	write_side(side, nbytes);
	target = open_again();
	CHECK(target);
	xnvi_target_close(target);
}

static void
a_side_file_with_any_bit_changed_is_refused(void)
{
	static const char *const none[2] = {"", ""};
	struct xnvi_target *target = target_open(IMAGE_NBYTES, 512, g_path);
	uint8_t side[SIDE_MAX];
	size_t nbytes;

	CHECK(target);
	CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 100, 200), OK);
	CHECK_EQ(set_feature(target, 8, true, 3), OK);
	xnvi_target_close(target);
	nbytes = read_side(side);
	for (size_t n = 0; n < nbytes; ++n) {
		const uint8_t bit = (uint8_t)(1u << n % 8);

		side[n] ^= bit;
		write_side(side, nbytes);
		check_refused("a changed bit", none);
		side[n] ^= bit;
	}
}

static void
unknown_optional_records_stay_when_the_file_is_rewritten(void)
{
	uint8_t side[SIDE_MAX];
	uint8_t record[64];
	const size_t record_nbytes = make_record(record, 77, "from the future", 15);
	struct xnvi_target *target;
	size_t n;

	make_image();
	n = make_header(side, 1);
	memcpy(side + n, record, record_nbytes);
	write_side(side, n + record_nbytes);
	for (int i = 0; i < 3; ++i) {
		target = open_again();
		CHECK(target);
		CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 10 * (uint64_t)i, 1), OK);
		xnvi_target_close(target);
		n = read_side(side);
		CHECK(n > HEADER_NBYTES + record_nbytes);
		CHECK_MEM(side + n - record_nbytes, record, record_nbytes);
	}
	target = open_again();
	CHECK(target);
	CHECK_EQ(do_read(target, 20, 1, g_back, 512), READ_ERROR);
	xnvi_target_close(target);
}

static void
a_new_image_does_not_take_over_a_side_file(void)
{
	static const char *const words[2] = {"new", ""};
	uint8_t side[SIDE_MAX];

	write_side(side, make_header(side, 0));
	check_refused("left behind", words);
	CHECK(!sys_file_exists(g_path));
}

static void
the_identity_is_the_side_files(void)
{
	struct xnvi_target *target;
	struct xnvme_spec_idfy_ctrlr ctrlr;
	uint8_t side[SIDE_MAX];

	make_image();
	write_side(side, make_header(side, 0));
	target = open_again();
	CHECK(target);
	CHECK_EQ(do_identify(target, 1, 0, 0, &ctrlr), OK);
	CHECK_MEM(ctrlr.sn, "MEM0123456789ABCDEF ", sizeof(ctrlr.sn));
	CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 0, 1), OK);
	xnvi_target_close(target);
	target = open_again();
	CHECK(target);
	CHECK_EQ(do_identify(target, 1, 0, 0, &ctrlr), OK);
	CHECK_MEM(ctrlr.sn, "MEM0123456789ABCDEF ", sizeof(ctrlr.sn));
	xnvi_target_close(target);
}

static void
what_a_kill_left_of_a_side_file_is_removed(void)
{
	struct xnvi_target *target;
	char tmp[330];

	make_image();
	snprintf(tmp, sizeof(tmp), "%s.tmp", g_side);
	CHECK_EQ(sys_file_make(tmp, 0), 0);
	target = open_again();
	CHECK(target);
	CHECK(!sys_file_exists(tmp));
	xnvi_target_close(target);
}

/* Who has the image open */

static void
paths_of_one_file_are_one_target(void)
{
	struct xnvi_target *a = target_open(IMAGE_NBYTES, 512, g_path);
	struct xnvi_target *b = NULL;
	char other[2][320];
	int err;

	CHECK(a);
	snprintf(other[0], sizeof(other[0]), "%s.link", g_path);
	snprintf(other[1], sizeof(other[1]), "%s.hard", g_path);
	err = sys_file_symlink(g_path, other[0]);
	CHECK(!err || err == -EPERM);
	CHECK_EQ(sys_file_link(g_path, other[1]), 0);
	/* Where a symbolic link is a privilege, the hard link has to do */
	for (int i = err ? 1 : 0; i < 2; ++i) {
		CHECK_EQ(open_as(IMAGE_NBYTES, 0, other[i], false, &b), 0);
		CHECK(a == b);
		CHECK_EQ(open_as(2 * IMAGE_NBYTES, 0, other[i], false, &b), -EINVAL);
		CHECK(strstr(g_words.what, "4194304") && strstr(g_words.what, "8388608"));
		CHECK_EQ(open_as(IMAGE_NBYTES, 4096, other[i], false, &b), -EINVAL);
		CHECK(strstr(g_words.what, "4096") && strstr(g_words.what, "512"));
		xnvi_target_close(a);
	}
	xnvi_target_close(a);
	/* Beside which of two names would its state be? */
	CHECK_EQ(open_as(IMAGE_NBYTES, 0, other[1], false, &a), -EMLINK);
	CHECK(strstr(g_words.what, "2 names"));
	CHECK_EQ(sys_file_remove(other[1]), 0);
	/* The side file is beside the file, not beside the link */
	CHECK_EQ(open_as(IMAGE_NBYTES, 0, err ? g_path : other[0], false, &a), 0);
	CHECK_EQ(do_lba(a, OPC_UNCORRECTABLE, 0, 1), OK);
	xnvi_target_close(a);
	sys_file_remove(other[0]);
	CHECK(side_exists());
}

static void
put_file(const char *path, const char *text)
{
	CHECK_EQ(sys_file_put(path, text, strlen(text)), 0);
}

static bool
file_is(const char *path, const char *text)
{
	char back[64] = {0};

	return sys_file_get(path, back, sizeof(back) - 1) >= 0 && strcmp(back, text) == 0;
}

/** A file of somebody's in the place of the side file, or of the one that replaces it */
static void
files_of_others_are_neither_replaced_nor_removed(void)
{
	struct xnvi_target *target;
	char tmp[330];

	snprintf(tmp, sizeof(tmp), "%s.tmp", g_side);
	make_image();
	put_file(tmp, "precious");
	target = open_again();
	CHECK(target);
	CHECK(file_is(tmp, "precious"));
	CHECK(do_lba(target, OPC_UNCORRECTABLE, 0, 1) != OK);
	CHECK(file_is(tmp, "precious"));
	CHECK_EQ(sys_file_remove(tmp), 0);
	put_file(g_side, "notes");
	CHECK(do_lba(target, OPC_UNCORRECTABLE, 0, 1) != OK);
	CHECK(file_is(g_side, "notes"));
	CHECK_EQ(sys_file_remove(g_side), 0);
	CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 0, 1), OK);
	xnvi_target_close(target);
	CHECK(side_exists());
}

static void
names_of_side_files_are_not_those_of_images(void)
{
	struct xnvi_target *target = NULL;

	make_image();
	CHECK_EQ(sys_file_rename(g_path, g_side), 0);
	CHECK_EQ(open_as(IMAGE_NBYTES, 0, g_side, false, &target), -EINVAL);
	CHECK(strstr(g_words.what, ".xnvme"));
	CHECK_EQ(sys_file_rename(g_side, g_path), 0);
}

/** Then the side file is that of the new image, which another process may have open */
static void
an_image_that_was_replaced_saves_nothing(void)
{
	struct xnvi_target *target;
	char other[320];
	int err;

	make_image();
	target = open_again();
	CHECK(target);
	snprintf(other, sizeof(other), "%s.other", g_path);
	put_file(other, "the next image");
	err = sys_file_rename(other, g_path);
	CHECK(!err || err == -EACCES);
	CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 0, 1) != OK, !err);
	CHECK_EQ(side_exists(), err != 0);
	xnvi_target_close(target);
	CHECK_EQ(sys_file_remove(g_path), 0);
}

static void
one_file_has_one_name(void)
{
	struct xnvi_target_params params = {
	    .nbytes = IMAGE_NBYTES, .path = g_path, .words = &g_words};
	struct xnvi_target *a = NULL;
	struct xnvi_target *b = NULL;

	CHECK_EQ(xnvi_target_open(&params, &a), 0);
	params.name = "first";
	CHECK_EQ(xnvi_target_open(&params, &b), 0);
	CHECK(a == b);
	xnvi_target_close(b);
	params.name = "second";
	CHECK_EQ(xnvi_target_open(&params, &b), -EINVAL);
	CHECK(strstr(g_words.what, "first") && strstr(g_words.what, "second"));
	params.name = "first";
	params.path = NULL;
	CHECK_EQ(xnvi_target_open(&params, &b), -EINVAL);
	xnvi_target_close(a);
}

/** What this program does when it is started with this argument and the path of the image */
#define HOLD "--hold"

/** Say whether the image opens, and keep it open until the input ends */
static int
hold(const char *path)
{
	struct xnvi_target *target = NULL;
	const int err = open_as(IMAGE_NBYTES, 0, path, false, &target);

	putchar(err ? 'n' : 'y');
	fflush(stdout);
	while (getchar() != EOF) {
	}
	if (!err) {
		xnvi_target_close(target);
	}

	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void
a_second_process_is_refused_with_the_first_ones_number(void)
{
	const char *const argv[] = {sys_program_self(), HOLD, g_path, NULL};
	struct xnvi_target *target = NULL;
	struct sys_program holder;
	char number[32];
	char answer = 0;

	make_image();
	CHECK(argv[0]);
	CHECK_EQ(sys_program_start(&holder, argv), 0);
	CHECK_EQ(sys_program_read(&holder, &answer, 1), 1);
	CHECK_EQ(answer, 'y');
	snprintf(number, sizeof(number), "process %lu ", sys_program_id(&holder));
	for (int read_only = 0; read_only < 2; ++read_only) {
		CHECK_EQ(open_as(IMAGE_NBYTES, 0, g_path, read_only, &target), -EBUSY);
		CHECK(!target);
		CHECK(strstr(g_words.what, number) || strstr(g_words.what, "not visible"));
		CHECK(g_words.hint[0]);
	}
	CHECK_EQ(sys_program_end(&holder), 0);
	target = open_again();
	CHECK(target);
	xnvi_target_close(target);
}

/** In a copy: closing there takes nothing from the caller, which has the image open */
static int
close_and_open_again(void)
{
	xnvi_target_close(g_inherited);
	EXPECT(1, open_as(IMAGE_NBYTES, 0, g_path, false, &g_inherited) == -EBUSY);

	return 0;
}

static void
a_child_that_closes_leaves_lock_and_file_alone(void)
{
	NEEDS(SYS_FORK);
	g_inherited = target_open(IMAGE_NBYTES, 512, g_path);
	CHECK(g_inherited);
	CHECK_EQ(do_lba(g_inherited, OPC_UNCORRECTABLE, 0, 1), OK);
	CHECK(sys_file_is_locked(g_path));
	CHECK_EQ(test_in_copy(close_and_open_again), 0);
	CHECK(sys_file_is_locked(g_path));
	CHECK_EQ(do_write(g_inherited, 0, 1, g_buf, 512), OK);
	CHECK_EQ(do_compare(g_inherited, 0, 1, g_buf, 512), OK);
	xnvi_target_close(g_inherited);
	CHECK(!sys_file_is_locked(g_path));
}

/** The child keeps its copy of the descriptor until it ends */
static void
closing_unlocks_although_a_child_has_the_descriptor(void)
{
	struct xnvi_target *target;
	int go[2];
	char byte;
	int pid;

	NEEDS(SYS_FORK);
	target = target_open(IMAGE_NBYTES, 512, g_path);
	CHECK(target);
	CHECK_EQ(sys_pipe(go), 0);
	pid = sys_fork();
	if (!pid) {
		sys_pipe_close(go[1]);
		sys_exit_now(sys_pipe_read(go[0], &byte, 1) != 0);
	}
	sys_pipe_close(go[0]);
	xnvi_target_close(target);
	CHECK(!sys_file_is_locked(g_path));
	sys_pipe_close(go[1]);
	CHECK_EQ(sys_fork_wait(pid), 0);
}

static int
close_inherited(void)
{
	sys_watchdog(10);
	xnvi_target_close(g_inherited);

	return 0;
}

static void
a_child_closes_a_target_that_is_being_sanitized(void)
{
	const char *const paths[] = {NULL, g_path};

	NEEDS(SYS_FORK);
	for (int i = 0; i < 2; ++i) {
		g_inherited = target_open(64 * MIB, 512, paths[i]);
		CHECK(g_inherited);
		CHECK_EQ(sanitize(g_inherited, 3), OK);
		CHECK_EQ(test_in_copy(close_inherited), 0);
		CHECK_EQ(sanitize_wait(g_inherited), 1);
		xnvi_target_close(g_inherited);
	}
}

#define ALONE(func)                                                                                \
	static void func##_case(void)                                                              \
	{                                                                                          \
		image_remove(g_path);                                                              \
		func();                                                                            \
		image_remove(g_path);                                                              \
	}

#define TESTS(X)                                                                                   \
	X(opening_reading_and_writing_make_no_side_file)                                           \
	X(lba_size_of_a_new_image_is_kept)                                                         \
	X(what_is_kept_makes_a_side_file_with_the_permissions_of_the_image)                        \
	X(marks_outlive_the_process_and_a_write_clears_them)                                       \
	X(everything_that_replaces_data_clears_the_marks_it_covers)                                \
	X(writers_that_clear_marks_at_once_lose_none)                                              \
	X(saved_features_are_current_after_the_next_open)                                          \
	X(format_keeps_its_lba_size_for_uris_without_one)                                          \
	X(another_lba_size_than_the_formatted_one_is_refused_with_both)                            \
	X(interrupted_format_is_done_again)                                                        \
	X(interrupted_sanitize_goes_on)                                                            \
	X(passes_that_were_counted_are_not_done_again)                                             \
	X(closing_leaves_a_sanitize_operation_to_the_next_open)                                    \
	X(headers_that_disagree_are_refused_with_both_values)                                      \
	X(records_that_cannot_be_right_are_refused)                                                \
	X(a_side_file_that_was_cut_is_refused_at_every_length)                                     \
	X(a_side_file_with_any_bit_changed_is_refused)                                             \
	X(unknown_optional_records_stay_when_the_file_is_rewritten)                                \
	X(a_new_image_does_not_take_over_a_side_file)                                              \
	X(the_identity_is_the_side_files)                                                          \
	X(what_a_kill_left_of_a_side_file_is_removed)                                              \
	X(files_of_others_are_neither_replaced_nor_removed)                                        \
	X(names_of_side_files_are_not_those_of_images)                                             \
	X(an_image_that_was_replaced_saves_nothing)                                                \
	X(paths_of_one_file_are_one_target)                                                        \
	X(one_file_has_one_name)                                                                   \
	X(a_second_process_is_refused_with_the_first_ones_number)                                  \
	X(a_child_that_closes_leaves_lock_and_file_alone)                                          \
	X(closing_unlocks_although_a_child_has_the_descriptor)                                     \
	X(a_child_closes_a_target_that_is_being_sanitized)

TESTS(ALONE)

#define CASE(func) {#func, func##_case},

static const struct test g_tests[] = {TESTS(CASE)};

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], HOLD) == 0) {
		return hold(argv[2]);
	}
	sys_temp_path(g_path, sizeof(g_path), "image");
	snprintf(g_side, sizeof(g_side), "%s.xnvme", g_path);

	return test_main(g_tests, sizeof(g_tests) / sizeof(*g_tests), argc, argv);
}
