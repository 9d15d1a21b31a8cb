/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main() of fuzz targets outside libFuzzer: gives them each file of the folders named, once. */
#include <dirent.h>
#include <stdint.h>
#include "core/core.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	struct ms_err err = MS_ERR_INIT;

	if (ms_read_file(path, 64 << 20, &buf, &err) < 0) {
		fprintf(stderr, "%s: %s\n", path, err.message);
		return 1;
	}
	/* Named before it runs: after a crash the last line is the culprit. */
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput((const uint8_t *)(buf.data ? buf.data : ""), buf.len);
	return 0;
}

int main(int argc, char **argv)
{
	size_t n = 0;

	for (int i = 1; i < argc; i++) {
		DIR *dir = opendir(argv[i]);
		struct dirent *entry;

		while (dir && (entry = readdir(dir))) {
			MS_AUTO_FREE char *path = ms_asprintf("%s/%s", argv[i], entry->d_name);

			if (entry->d_name[0] == '.')
				continue;
			if (!path || replay(path))
				return 1;
			n++;
		}
		if (!dir)
			continue;
		closedir(dir);
	}
	if (!n)
		fprintf(stderr, "no corpus\n");
	return n ? 0 : 1;
}
