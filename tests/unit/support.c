// SPDX-License-Identifier: BSD-3-Clause
/**
 * The support of the tests themselves: how a test ends, and what sys.h promises
 *
 * Tests that are to fail run in a second process of this program, and their output is looked at.
 */
#include <support/capture.h>
#include <support/test.h>

#include <os/system.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define INSIDE "--inside"
#define WORK   "--work"

/* The heaps of sanitizers are not that of the C library, which counts */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_HEAP_OF_SANITIZER true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_HEAP_OF_SANITIZER true
#endif
#ifndef IS_HEAP_OF_SANITIZER
#define IS_HEAP_OF_SANITIZER false
#endif

/* What runs inside */

static void *
check_in_a_function_of_another_type(void *mem)
{
	CHECK(mem);

	return mem;
}

static void
helper_that_fails(void)
{
	check_in_a_function_of_another_type(NULL);
	printf("# went on after a check\n");
}

static void
captured_failure(void)
{
	capture_begin();
	printf("captured\n");
	CHECK_EQ(1, 2);
}

static void
skip_in_a_helper(void)
{
	test_skip("no reason");
	printf("# went on after a skip\n");
}

static int
fail_a_check(void)
{
	CHECK_STR("a", "b");

	return 0;
}

static void
failure_in_a_copy(void)
{
	NEEDS(SYS_FORK);
	CHECK_EQ(test_in_copy(fail_a_check), 0);
}

static void
success_at_the_end(void)
{
	CHECK_MEM("same", "same", 4);
}

static void *
fail_in_thread(void *arg)
{
	CHECK(!arg);

	return arg;
}

static void
failure_in_a_thread(void)
{
	struct sys_thread thread;

	CHECK_EQ(sys_thread_start(&thread, fail_in_thread, &thread), 0);
	sys_thread_join(&thread);
	printf("# went on after a thread\n");
}

static void
test_leaves_files(void)
{
	char path[300];

	sys_temp_subdir(path, sizeof(path), "folder");
	sys_temp_path(path, sizeof(path), "folder/file");
	CHECK_EQ(sys_file_make(path, 1), 0);
	printf("# folder %s\n", sys_temp_dir());
}

static const struct test g_inside[] = {
    TEST_CASE(helper_that_fails),   TEST_CASE(captured_failure),   TEST_CASE(skip_in_a_helper),
    TEST_CASE(failure_in_a_copy),   TEST_CASE(success_at_the_end), TEST_CASE(test_leaves_files),
    TEST_CASE(failure_in_a_thread),
};

/** Output of this program with a test of that name, for the caller to free */
static char *
run_inside(const char *name, int *status)
{
	const char *const argv[] = {sys_program_self(), INSIDE, name, NULL};
	struct sys_program program;
	char *text = calloc(1, 65536);
	size_t len = 0;
	int n;

	CHECK(text && argv[0]);
	CHECK_EQ(sys_program_start(&program, argv), 0);
	while ((n = sys_program_read(&program, text + len, 65535 - len)) > 0) {
		len += (size_t)n;
	}
	CHECK_EQ(n, 0);
	*status = sys_program_end(&program);

	return text;
}

static unsigned
count_lines(const char *text, const char *begin)
{
	unsigned count = strncmp(text, begin, strlen(begin)) == 0;

	for (const char *line = strchr(text, '\n'); line; line = strchr(line + 1, '\n')) {
		count += strncmp(line + 1, begin, strlen(begin)) == 0;
	}

	return count;
}

static void
check_inside(const char *name, int expected_status, const char *line, const char *why)
{
	int status;
	char *text = run_inside(name, &status);

	/* What a copy of the process prints would be a second plan */
	if (status != expected_status || !strstr(text, line) || !strstr(text, why) ||
	    strstr(text, "went on") || count_lines(text, "1..") > 1) {
		test_fail(__FILE__, __LINE__, "%s: status %d, '%s'", name, status, text);
	}
	free(text);
}

static void
a_check_that_fails_ends_the_test_from_any_function(void)
{
	check_inside("helper_that", 1, "not ok 1 - helper_that_fails", "support.c:");
	check_inside("captured", 1, "not ok 1 - captured_failure", "1: is 1 (0x1), expected 2");
	check_inside("success", 0, "ok 1 - success_at_the_end", "1..1");
}

static void
a_test_that_fails_leaves_the_next_ones_to_run(void)
{
	int status;
	char *text = run_inside("_", &status);

	CHECK_EQ(status, 1);
	CHECK(strstr(text, "not ok 1 - helper_that_fails"));
	CHECK(strstr(text, "ok 3 - skip_in_a_helper"));
	CHECK(strstr(text, "ok 5 - success_at_the_end"));
	free(text);
}

static void
a_skip_ends_the_test_with_its_reason(void)
{
	check_inside("skip_in", 0, "ok 1 - skip_in_a_helper", "# SKIP no reason");
}

static void
a_check_in_a_copy_ends_the_copy_and_not_more(void)
{
	NEEDS(SYS_FORK);
	check_inside("in_a_copy", 1, "not ok 1 - failure_in_a_copy", "is 1 (0x1), expected 0");
}

static void
a_check_in_a_thread_ends_the_program(void)
{
	check_inside("in_a_thread", 1, "Bail out!", "support.c:");
}

static void
a_program_without_a_test_of_the_name_fails(void)
{
	check_inside("no such test", 1, "1..0", "");
}

/* Work in processes */

static volatile int *volatile g_nowhere;

static void
work_main(void *arg)
{
	const char *what = arg;

	if (strcmp(what, "good") == 0) {
		return;
	}
	sys_work_report(what, strlen(what));
	if (strcmp(what, "print") == 0) {
		printf("printed");
		return;
	}
	if (strcmp(what, "crash") == 0) {
		*g_nowhere = 1;
	}
	while (strcmp(what, "hang") == 0) {
		sys_thread_yield();
	}
	sys_exit_now(5);
}

static struct sys_outcome
work_run(const char *what, unsigned timeout_s, char *report, size_t nbytes, FILE *output)
{
	static char words[16];
	const char *const argv[] = {sys_program_self(), WORK, what, NULL};
	const struct sys_work work = {.func = work_main,
				      .arg = words,
				      .argv = argv,
				      .output = output,
				      .timeout_s = timeout_s};

	CHECK(argv[0] && output);
	snprintf(words, sizeof(words), "%s", what);
	report[0] = '\0';

	return sys_work_run(&work, report, nbytes);
}

static void
work_tells_how_it_ended(void)
{
	FILE *output = sys_temp_stream();
	struct sys_outcome outcome;
	char report[64];
	char text[64] = "";

	outcome = work_run("good", 60, report, sizeof(report), output);
	CHECK(outcome.started && outcome.in_time && !outcome.crash[0]);
	CHECK_EQ(outcome.status, 0);
	CHECK_STR(report, "");
	outcome = work_run("fail", 60, report, sizeof(report), output);
	CHECK(outcome.started && outcome.in_time && !outcome.crash[0]);
	CHECK_EQ(outcome.status, 5);
	CHECK_STR(report, "fail");
	outcome = work_run("print", 60, report, sizeof(report), output);
	CHECK_EQ(outcome.status, 0);
	rewind(output);
	CHECK_EQ(fread(text, 1, sizeof(text) - 1, output), 7);
	CHECK_STR(text, "printed");
	fclose(output);
}

static void
work_that_hangs_is_killed(void)
{
	FILE *output = sys_temp_stream();
	const uint64_t start_ms = sys_time_ms();
	struct sys_outcome outcome;
	char report[64];

	outcome = work_run("hang", 1, report, sizeof(report), output);
	CHECK(outcome.started && !outcome.in_time);
	CHECK(sys_time_ms() - start_ms >= 1000);
	CHECK_STR(report, "hang");
	fclose(output);
}

/** A sanitizer makes an exit status of it */
static void
work_that_crashes_is_no_success(void)
{
	FILE *output = sys_temp_stream();
	struct sys_outcome outcome;
	char report[64];

	outcome = work_run("crash", 60, report, sizeof(report), output);
	CHECK(outcome.started && outcome.in_time);
	CHECK(outcome.status != 0 && outcome.status != 5);
	CHECK_STR(report, "crash");
	fclose(output);
}

/* Threads, counts, files, streams */

#define NTHREADS 4
#define NROUNDS	 200

static struct sys_barrier g_barrier;
static atomic_uint g_arrived;

static void *
meet(void *arg)
{
	for (unsigned round = 1; round <= NROUNDS; ++round) {
		atomic_fetch_add(&g_arrived, 1);
		sys_barrier_wait(&g_barrier);
		if (atomic_load(&g_arrived) != round * NTHREADS) {
			return arg;
		}
		sys_barrier_wait(&g_barrier);
	}

	return NULL;
}

static void
a_barrier_lets_nobody_through_alone(void)
{
	struct sys_thread threads[NTHREADS];

	CHECK_EQ(sys_barrier_init(&g_barrier, NTHREADS), 0);
	for (int i = 0; i < NTHREADS; ++i) {
		CHECK_EQ(sys_thread_start(&threads[i], meet, &threads[i]), 0);
	}
	for (int i = 0; i < NTHREADS; ++i) {
		CHECK(!sys_thread_join(&threads[i]));
	}
	sys_barrier_term(&g_barrier);
}

static void *
wait_at_the_barrier(void *arg)
{
	sys_barrier_wait(&g_barrier);
	sys_barrier_wait(&g_barrier);

	return arg;
}

/** It replaces malloc(3), and the C library counts nothing */
static bool
under_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload && strstr(preload, "vgpreload");
}

static void
counts_rise_with_what_is_used(void)
{
	struct sys_thread thread;
	const int nthreads = sys_count_threads();
	const int nfds = sys_count_descriptors();
	FILE *stream = sys_temp_stream();
	size_t nbytes;
	void *mem;

	CHECK(stream && nfds > 0 && nthreads > 0);
	CHECK_EQ(sys_count_descriptors(), nfds + 1);
	fclose(stream);
	CHECK_EQ(sys_count_descriptors(), nfds);

	CHECK_EQ(sys_barrier_init(&g_barrier, 2), 0);
	CHECK_EQ(sys_thread_start(&thread, wait_at_the_barrier, &thread), 0);
	sys_barrier_wait(&g_barrier);
	CHECK_EQ(sys_count_threads(), nthreads + 1);
	sys_barrier_wait(&g_barrier);
	CHECK(sys_thread_join(&thread) == &thread);
	sys_barrier_term(&g_barrier);

	CHECK(sys_resident_nbytes() > 0);
	if (IS_HEAP_OF_SANITIZER || under_valgrind()) {
		return;
	}
	nbytes = sys_heap_nbytes();
	mem = malloc(1 << 20);
	CHECK(mem);
	memset(mem, 1, 1 << 20);
	/* Memory that nobody reads before it is freed need not be written */
	CHECK_EQ(*(volatile uint8_t *)mem, 1);
	CHECK(sys_heap_nbytes() >= nbytes + (1 << 20));
	CHECK(sys_heap_slack_nbytes() < 1 << 20);
	free(mem);
	CHECK(sys_heap_nbytes() <= nbytes + sys_heap_slack_nbytes());
}

static void
files_are_what_was_put_into_them(void)
{
	char path[300], other[300], dir[300];
	char text[16] = "";

	sys_temp_path(path, sizeof(path), "a");
	sys_temp_path(other, sizeof(other), "b");
	CHECK(!sys_file_exists(path));
	CHECK_EQ(sys_file_nbytes(path), -ENOENT);
	CHECK_EQ(sys_file_remove(path), -ENOENT);
	CHECK_EQ(sys_file_put(path, "one\r\ntwo\n\x1a", 10), 0);
	CHECK_EQ(sys_file_nbytes(path), 10);
	CHECK_EQ(sys_file_get(path, text, sizeof(text)), 10);
	CHECK_MEM(text, "one\r\ntwo\n\x1a", 10);
	CHECK_EQ(sys_file_write_at(path, 4, "XY", 2), 0);
	CHECK_EQ(sys_file_get(path, text, sizeof(text)), 10);
	CHECK_MEM(text, "one\rXYwo\n\x1a", 10);
	CHECK_EQ(sys_file_make(path, 3), 0);
	CHECK_EQ(sys_file_get(path, text, sizeof(text)), 3);
	CHECK_MEM(text, "\0\0\0", 3);
	CHECK_EQ(sys_file_resize(path, 70000), 0);
	CHECK_EQ(sys_file_nbytes(path), 70000);
	CHECK_EQ(sys_file_put(other, "x", 1), 0);
	CHECK_EQ(sys_file_rename(path, other), 0);
	CHECK(!sys_file_exists(path));
	CHECK_EQ(sys_file_nbytes(other), 70000);
	CHECK(!sys_file_is_locked(other));
	CHECK_EQ(sys_file_link(other, path), 0);
	CHECK_EQ(sys_file_nbytes(path), 70000);
	CHECK_EQ(sys_file_remove(path), 0);
	CHECK_EQ(sys_file_remove(other), 0);
	sys_temp_subdir(dir, sizeof(dir), "c");
	snprintf(path, sizeof(path), "%.280s/d", dir);
	CHECK_EQ(sys_dir_make(path), 0);
	CHECK_EQ(sys_dir_make(path), -EEXIST);
	CHECK_EQ(sys_dir_remove(dir), 0);
	CHECK(!sys_file_exists(dir));
}

static void
the_temporary_folder_goes_with_its_process(void)
{
	int status;
	char *text = run_inside("leaves_files", &status);
	char *path = strstr(text, "folder ");
	char *end = path ? strchr(path, '\n') : NULL;

	CHECK_EQ(status, 0);
	CHECK(end);
	path += strlen("folder ");
	end[end[-1] == '\r' ? -1 : 0] = '\0';
	CHECK(strcmp(path, sys_temp_dir()) != 0);
	CHECK(!sys_file_exists(path));
	free(text);
}

static void
permissions_and_limits_are_kept(void)
{
	char path[300];

	sys_temp_path(path, sizeof(path), "limited");
	CHECK_EQ(sys_file_make(path, 0), 0);
	NEEDS(SYS_PERMISSIONS);
	CHECK_EQ(sys_file_set_mode(path, 0640), 0);
	CHECK_EQ(sys_file_mode(path), 0640);
	NEEDS(SYS_LIMITS);
	CHECK_EQ(sys_limit_set(SYS_LIMIT_FILE_NBYTES, 100), 0);
	CHECK_EQ(sys_file_resize(path, 101), -EFBIG);
	CHECK_EQ(sys_limit_reset(SYS_LIMIT_FILE_NBYTES), 0);
	CHECK_EQ(sys_file_resize(path, 101), 0);
	NEEDS(SYS_SIGNALS);
	CHECK_EQ(sys_interrupts(1000), 0);
	while (!sys_count_interrupts()) {
		/* ThreadSanitizer delivers signals in calls that wait */
		xnvi_sleep_ns(1000000);
	}
	CHECK_EQ(sys_interrupts(0), 0);
}

static void
streams_into_memory_are_text_as_written(void)
{
	struct sys_memory memory;
	int err;
	FILE *full = sys_stream_full(&err);
	char *text;

	CHECK(sys_memory_open(&memory));
	CHECK_EQ(fprintf(memory.stream, "%s\n%d", "a", 1), 3);
	text = sys_memory_close(&memory);
	CHECK_STR(text, "a\n1");
	CHECK_EQ(memory.nbytes, 3);
	free(text);
	CHECK(full && err < 0);
	setvbuf(full, NULL, _IONBF, 0);
	errno = 0;
	CHECK(fputc('x', full) == EOF);
	CHECK_EQ(errno, -err);
	fclose(full);
}

static void
variables_of_the_environment_come_and_go(void)
{
	CHECK_EQ(sys_env_set("XNVT_VARIABLE", "1"), 0);
	CHECK_STR(getenv("XNVT_VARIABLE"), "1");
	CHECK_EQ(sys_env_set("XNVT_VARIABLE", NULL), 0);
	CHECK(!getenv("XNVT_VARIABLE"));
}

static const struct test g_tests[] = {
    TEST_CASE(a_check_that_fails_ends_the_test_from_any_function),
    TEST_CASE(a_test_that_fails_leaves_the_next_ones_to_run),
    TEST_CASE(a_skip_ends_the_test_with_its_reason),
    TEST_CASE(a_check_in_a_copy_ends_the_copy_and_not_more),
    TEST_CASE(a_check_in_a_thread_ends_the_program),
    TEST_CASE(a_program_without_a_test_of_the_name_fails),
    TEST_CASE(work_tells_how_it_ended),
    TEST_CASE(work_that_hangs_is_killed),
    TEST_CASE(work_that_crashes_is_no_success),
    TEST_CASE(a_barrier_lets_nobody_through_alone),
    TEST_CASE(counts_rise_with_what_is_used),
    TEST_CASE(files_are_what_was_put_into_them),
    TEST_CASE(the_temporary_folder_goes_with_its_process),
    TEST_CASE(permissions_and_limits_are_kept),
    TEST_CASE(streams_into_memory_are_text_as_written),
    TEST_CASE(variables_of_the_environment_come_and_go),
};

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], WORK) == 0) {
		work_main(argv[2]);
		return EXIT_SUCCESS;
	}
	if (argc == 3 && strcmp(argv[1], INSIDE) == 0) {
		argv[1] = argv[2];
		return test_main(g_inside, sizeof(g_inside) / sizeof(g_inside[0]), 2, argv);
	}

	return test_main(g_tests, sizeof(g_tests) / sizeof(g_tests[0]), argc, argv);
}
