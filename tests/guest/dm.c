// SPDX-License-Identifier: BSD-3-Clause
/**
 * A device of the device mapper
 *
 *   guest_dm NAME NSECTORS TARGET [PARAMETERS]      prints the node: of the target "error" every
 *                                                   access fails with EIO
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

struct request {
	struct dm_ioctl head;
	struct dm_target_spec target;
	char parameters[128];
};

static int
call(int fd, unsigned long what, const char *name, struct request *request)
{
	struct dm_ioctl *head = &request->head;

	head->version[0] = DM_VERSION_MAJOR;
	head->data_size = sizeof(*request);
	head->data_start = sizeof(*head);
	snprintf(head->name, sizeof(head->name), "%s", name);
	if (ioctl(fd, what, request) < 0) {
		fprintf(stderr, "guest_dm: %s\n", strerror(errno));
		return -1;
	}

	return 0;
}

int
main(int argc, char **argv)
{
	struct request request = {0};
	const int fd = open("/dev/mapper/control", O_RDWR);

	if (argc < 4 || fd < 0) {
		fprintf(stderr, "guest_dm NAME NSECTORS TARGET: %s\n", strerror(errno));
		return EXIT_FAILURE;
	}
	if (call(fd, DM_DEV_CREATE, argv[1], &request)) {
		return EXIT_FAILURE;
	}
	memset(&request, 0, sizeof(request));
	request.head.target_count = 1;
	request.target.length = strtoull(argv[2], NULL, 0);
	snprintf(request.target.target_type, sizeof(request.target.target_type), "%s", argv[3]);
	snprintf(request.parameters, sizeof(request.parameters), "%s", argc > 4 ? argv[4] : "");
	if (call(fd, DM_TABLE_LOAD, argv[1], &request)) {
		return EXIT_FAILURE;
	}
	/* Without the flag that stands for suspend, this one resumes */
	memset(&request, 0, sizeof(request));
	if (call(fd, DM_DEV_SUSPEND, argv[1], &request)) {
		return EXIT_FAILURE;
	}
	printf("/dev/dm-%u\n", minor(request.head.dev));

	return EXIT_SUCCESS;
}
