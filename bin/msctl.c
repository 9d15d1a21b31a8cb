/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msctl X ... runs msctl-X ..., from the folder that msctl itself is in, then from the PATH; any
 * msctl-* is a plug-in. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include "core/core.h"

struct found { char *name /* without "msctl-" */, *path; bool ours; };
struct suite { char folder[PATH_MAX]; struct found *found; size_t n; };

/* Earlier folders win, as on the PATH. */
static void add(struct suite *suite, const char *folder, const char *file, bool ours)
{
	struct found *more = reallocarray(suite->found, suite->n + 1, sizeof(*more));
	MS_AUTO_FREE char *path = ms_asprintf("%s/%s", folder, file);

	if (more)
		suite->found = more;
	for (size_t i = 0; i < suite->n; i++) {
		if (ms_streq(suite->found[i].name, file + strlen("msctl-")))
			return;
	}
	if (!more || !path || access(path, X_OK) < 0)
		return;
	suite->found[suite->n++] = (struct found){ strdup(file + strlen("msctl-")), ms_take(path),
						   ours };
}

static void scan(struct suite *suite, const char *folder, bool ours)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (ms_starts(entries[i]->d_name, "msctl-") && entries[i]->d_name[6] &&
		    !strchr(entries[i]->d_name, '.'))
			add(suite, folder, entries[i]->d_name, ours);
		free(entries[i]);
	}
	free(entries);
}

static void find_all(struct suite *suite)
{
	MS_AUTO_FREE char *path = strdup(getenv("PATH") ? getenv("PATH") : "");
	char *save = NULL;

	scan(suite, suite->folder, true);
	for (char *folder = path ? strtok_r(path, ":", &save) : NULL; folder;
	     folder = strtok_r(NULL, ":", &save))
		scan(suite, folder, false);
}

/* Our own commands tell what they are for; a plug-in is only named, not run. */
static void list_one(const struct found *found)
{
	char *const argv[] = { found->path, (char *)"--introspect", NULL };
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *table = NULL;

	if (found->ours && !ms_child_output(NULL, argv, found->path, 5, 16 << 20, &text, &err))
		table = json_loadb(text.data ? text.data : "", text.len, 0, NULL);
	printf("  %-10s %s\n", found->name, ms_str(table, "/help", found->path));
}

static int list(struct suite *suite)
{
	printf("usage: msctl COMMAND [VERB] [OPTIONS] [FILE]...\n\nCommands:\n");
	for (size_t i = 0; i < suite->n; i++) {
		if (suite->found[i].ours)
			list_one(&suite->found[i]);
	}
	for (size_t i = 0, plugins = 0; i < suite->n; i++) {
		if (suite->found[i].ours)
			continue;
		if (!plugins++)
			printf("\nPlug-ins on the PATH:\n");
		list_one(&suite->found[i]);
	}
	printf("\nmsctl help COMMAND shows its manual; msctl(7) explains streams and statuses.\n");
	return MS_EXIT_OK;
}

static int unknown(const struct suite *suite, const char *name)
{
	const char **names = calloc(suite->n + 1, sizeof(*names));
	const char *near;

	for (size_t i = 0; names && i < suite->n; i++)
		names[i] = suite->found[i].name;
	near = names ? ms_nearest(name, names) : NULL;
	fprintf(stderr,
		"msctl: no command \"%s\" (msctl-%s is neither beside msctl nor on the PATH)\n",
		name, name);
	if (near)
		fprintf(stderr, "hint: did you mean \"msctl %s\"?\n", near);
	else
		fputs("hint: msctl lists the commands\n", stderr);
	free(names);
	return MS_EXIT_USAGE;
}

static int run(const struct suite *suite, const char *name, char **argv)
{
	for (size_t i = 0; i < suite->n; i++) {
		if (!ms_streq(suite->found[i].name, name))
			continue;
		argv[0] = suite->found[i].path;
		execv(argv[0], argv);
		fprintf(stderr, "msctl: cannot run %s: %s\n", argv[0], strerror(errno));
		return MS_EXIT_FAILED;
	}
	return unknown(suite, name);
}

/* The page lies beside the program, installed or in the build folder. */
static int help(struct suite *suite, const char *name)
{
	static const char *const places[][2] = { { "share/man/man1", "" },
						 { "share/man/man1", ".gz" },
						 { "man", "" } };
	char *argv[] = { NULL, (char *)"--help", NULL };

	for (size_t i = 0; i < MS_ARRAY_SIZE(places); i++) {
		MS_AUTO_FREE char *page = ms_asprintf("%s/../%s/msctl%s%s.1%s", suite->folder,
						      places[i][0], name ? "-" : "",
						      name ? name : "", places[i][1]);

		if (page && access(page, R_OK) == 0)
			execlp("man", "man", page, (char *)NULL);
	}
	return name ? run(suite, name, argv) : list(suite);
}

/* Words after the command are the command's to complete. */
static int complete(struct suite *suite, int argc, char **argv)
{
	if (argc > 1) {
		char *name = argv[0];

		argv[0] = (char *)"--complete";
		return run(suite, name, argv - 1);
	}
	for (size_t i = 0; i < suite->n; i++) {
		if (!argc || ms_starts(suite->found[i].name, argv[0]))
			printf("%s\t%s\n", suite->found[i].name, suite->found[i].path);
	}
	return MS_EXIT_OK;
}

static int dispatch(struct suite *suite, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "--help";

	if (!strcmp(word, "--version")) {
		printf("msctl %s\n", MSCTL_VERSION);
		return MS_EXIT_OK;
	}
	find_all(suite);
	if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		return list(suite);
	if (!strcmp(word, "help"))
		return help(suite, argv[2]);
	if (!strcmp(word, "--complete"))
		return complete(suite, argc - 2, argv + 2);
	if (*word != '-')
		return run(suite, word, argv + 1);
	fprintf(stderr,
		"msctl: unknown option %s\nhint: options follow the command: msctl bmc get %s\n",
		word, word);
	return MS_EXIT_USAGE;
}

int main(int argc, char **argv)
{
	struct suite suite = { 0 };
	ssize_t n = readlink("/proc/self/exe", suite.folder, sizeof(suite.folder) - 1);
	int status;

	if (n > 0 && strrchr(suite.folder, '/'))
		*strrchr(suite.folder, '/') = 0;
	status = dispatch(&suite, argc, argv);
	if (fflush(stdout) == EOF || ferror(stdout)) {
		fprintf(stderr, "msctl: cannot write the output: %s\n", strerror(errno));
		status = MS_EXIT_FAILED;
	}
	for (size_t i = 0; i < suite.n; i++) {
		free(suite.found[i].name);
		free(suite.found[i].path);
	}
	free(suite.found);
	return status;
}
