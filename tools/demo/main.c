// SPDX-License-Identifier: BSD-3-Clause
/**
 * The program `xnvme_demo`: command line, the file to write, the reports
 */
#include <shared.h>
#include <file.h>
#include <print/text.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXIT_USAGE    2
#define SIGNAL_OFFSET 128
#define NSEC_PER_SEC  1000000000.0

static const char g_usage[] =
    "usage: xnvme_demo [--output-dir DIR] [FILE]\n"
    "\n"
    "Writes FILE, the library itself if not given, through every interface that this machine\n"
    "can open: to an in-memory device, a file and, as root, a loop device. Reads it back\n"
    "through another interface, compares checksums, measures, and prints a table.\n"
    "\n"
    "  --output-dir DIR  where to put report.html and report.json (.)\n"
    "  --corrupt         change a byte after each write, which the demo must find: exits with 1\n"
    "  --help            this text\n"
    "\n"
    "Exit status: 0 all data came back, 1 some did not or nothing was done, 2 usage.\n";

struct args {
	const char *output_dir;
	const char *path;
	bool corrupt;
	bool help;
};

static int
refuse(const char *arg, const char *why)
{
	fputs(g_usage, stderr);
	xnvi_text_line(stderr, "xnvme_demo: '%s' %s", arg, why);

	return -EINVAL;
}

static int
parse(int argc, char **argv, struct args *args)
{
	static const struct option options[] = {
	    {"output-dir", required_argument, NULL, 'o'},
	    {"corrupt", no_argument, NULL, 'c'},
	    {"help", no_argument, NULL, 'h'},
	    {0},
	};
	int opt;

	args->output_dir = ".";
	/* The messages of getopt() would print the argument without making it safe */
	opterr = 0;
	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (opt) {
		case 'o':
			args->output_dir = optarg;
			break;
		case 'c':
			args->corrupt = true;
			break;
		case 'h':
			args->help = true;
			break;
		default:
			return refuse(argv[optind - 1], "is not an option, or lacks its value");
		}
	}
	args->path = optind < argc ? argv[optind++] : NULL;

	return optind < argc ? refuse(argv[optind], "is one argument too many") : 0;
}

static void
on_signal(int signo)
{
	demo_media_abort();
	_exit(SIGNAL_OFFSET + signo);
}

/** File that the library was loaded from; the demo moves it when no file is given */
static const char *
library_path(void)
{
	static char path[PATH_MAX];
	Dl_info info = {0};

	/* Ask the loader: the address of a symbol taken here may be that of a copy */
	if (!dladdr(dlsym(RTLD_DEFAULT, "xnvme_libconf_get"), &info)) {
		return NULL;
	}

	return realpath(info.dli_fname, path);
}

static int
read_file(int fd, struct demo_content *content)
{
	const size_t mask = DEMO_IO_NBYTES - 1;
	size_t done = 0;
	struct stat st;

	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	if (!S_ISREG(st.st_mode) || st.st_size <= 0) {
		return -EINVAL;
	}
	content->file_nbytes = (size_t)st.st_size;
	content->nbytes =
	    content->file_nbytes < DEMO_CONTENT_NBYTES ? content->file_nbytes : DEMO_CONTENT_NBYTES;
	content->region_nbytes = (content->nbytes + mask) & ~mask;
	if (content->region_nbytes < DEMO_REGION_NBYTES) {
		content->region_nbytes = DEMO_REGION_NBYTES;
	}
	content->data = calloc(1, content->region_nbytes);
	if (!content->data) {
		return -ENOMEM;
	}
	while (done < content->nbytes) {
		const ssize_t res = read(fd, content->data + done, content->nbytes - done);

		if (res < 0 && errno == EINTR) {
			continue;
		}
		if (res <= 0) {
			return res < 0 ? -errno : -EIO;
		}
		done += (size_t)res;
	}
	content->crc = demo_crc32c(content->data, content->nbytes);

	return 0;
}

static int
load_content(struct demo_content *content, const char *path)
{
	int err;
	int fd;

	content->path = path ? path : library_path();
	if (!content->path) {
		return -ENOENT;
	}
	fd = open(content->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	err = read_file(fd, content);
	close(fd);

	return err;
}

static int
write_report(const struct demo *demo, const char *dir, const char *name,
	     int (*writer)(const struct demo *, FILE *))
{
	const size_t nbytes = strlen(dir) + strlen(name) + 2;
	char *path = malloc(nbytes);
	FILE *stream;
	int err;

	if (!path) {
		return -ENOMEM;
	}
	snprintf(path, nbytes, "%s/%s", dir, name);
	stream = fopen(path, "we");
	err = stream ? writer(demo, stream) : -errno;
	if (stream && fclose(stream) && !err) {
		err = -errno;
	}
	if (err) {
		xnvi_text_line(stderr, "xnvme_demo: %s: %s", path, strerror(-err));
	} else {
		xnvi_text_line(stdout, "wrote %s", path);
	}
	free(path);

	return err;
}

static int
run(struct demo *demo, const char *output_dir)
{
	const uint64_t start_ns = demo_now_ns();
	int err = 0;

	demo_media_init(demo);
	demo_print_head(demo);
	for (size_t i = 0; i < DEMO_NMEDIA && !err; ++i) {
		err = demo_rows_find(demo, &demo->media[i]);
	}
	if (!err) {
		demo_rows_count_syscalls(demo);
	}
	for (size_t i = 0; i < DEMO_NMEDIA && !err; ++i) {
		err = demo_rows_run(demo, &demo->media[i]);
	}
	err = err ? err : demo_rows_find_missing(demo);
	demo_media_term(demo);
	if (err) {
		xnvi_text_line(stderr, "xnvme_demo: %s: %s", strerror(-err),
			       xnvme_err_last()->what);
		return EXIT_FAILURE;
	}
	demo->seconds = (double)(demo_now_ns() - start_ns) / NSEC_PER_SEC;
	demo_print_end(demo);
	err = write_report(demo, output_dir, "report.html", demo_write_html);
	err |= write_report(demo, output_dir, "report.json", demo_write_json);

	if (demo->counts[DEMO_MISMATCH] || demo->counts[DEMO_FAILED]) {
		xnvi_text_line(stderr, "xnvme_demo: %zu interfaces did not bring the data back",
			       demo->counts[DEMO_MISMATCH] + demo->counts[DEMO_FAILED]);
	}

	return err || demo->counts[DEMO_MISMATCH] || demo->counts[DEMO_FAILED] ||
		       !demo->counts[DEMO_VERIFIED]
		   ? EXIT_FAILURE
		   : EXIT_SUCCESS;
}

/** Output that could not be written is a failure, even when the rest succeeded */
static int
said(int status)
{
	const bool lost = fflush(stdout) || ferror(stdout);

	if (lost) {
		xnvi_text_line(stderr, "xnvme_demo: writing to standard output failed");
	}

	return status == EXIT_SUCCESS && (lost || ferror(stderr)) ? EXIT_FAILURE : status;
}

int
main(int argc, char **argv)
{
	static struct demo demo;
	const struct sigaction action = {.sa_handler = on_signal};
	struct args args = {0};
	int status;
	int err;

	if (xnvi_std_prepare()) {
		return EXIT_FAILURE;
	}
	if (parse(argc, argv, &args)) {
		return EXIT_USAGE;
	}
	if (args.help) {
		fputs(g_usage, stdout);
		return said(EXIT_SUCCESS);
	}
	if (access(args.output_dir, W_OK | X_OK) < 0) {
		xnvi_text_line(stderr, "xnvme_demo: %s: %s", args.output_dir, strerror(errno));
		return EXIT_FAILURE;
	}
	demo.corrupt = args.corrupt;
	err = load_content(&demo.content, args.path);
	if (err) {
		xnvi_text_line(stderr, "xnvme_demo: %s: %s",
			       demo.content.path ? demo.content.path : "",
			       err == -EINVAL ? "not a file with content" : strerror(-err));
		free(demo.content.data);
		return EXIT_FAILURE;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	status = run(&demo, args.output_dir);
	free(demo.content.data);

	return said(status);
}
