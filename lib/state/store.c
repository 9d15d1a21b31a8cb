/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which back end, where it is, and keys checked once for all of them. */
#include <errno.h>
#include <pwd.h>
#include "state/private.h"

static const struct ms_store_ops *const backends[] = { &state_sqlite_ops };

struct ms_loop *state_loop(const struct ms_store *store)
{
	return store->loop;
}

int64_t state_now(const struct ms_store *store)
{
	return store->ops->now(store->self);
}

static const char *home(void)
{
	const char *dir = getenv("HOME");
	const struct passwd *pw;

	if (dir && *dir == '/')
		return dir;
	pw = getpwuid(geteuid());
	return pw && pw->pw_dir && *pw->pw_dir == '/' ? pw->pw_dir : NULL;
}

/* The XDG base directory specification wants relative paths in its variables ignored. */
static int default_path(char **ret_path, struct ms_err *err)
{
	const char *dir = getenv("XDG_STATE_HOME");
	char *path;

	if (dir && *dir == '/') {
		path = ms_asprintf("%s/msctl/state.db", dir);
	} else if (geteuid() == 0) {
		path = ms_asprintf("/var/lib/msctl/state.db");
	} else {
		dir = home();
		if (!dir) {
			ms_fail(err, -ENOENT, MS_FAILED,
				"no place for the state store: there is no home folder");
			ms_hint(err, "set MSCTL_STATE=FILE");
			return -ENOENT;
		}
		path = ms_asprintf("%s/.local/state/msctl/state.db", dir);
	}
	if (!path)
		return ms_nomem(err);
	*ret_path = path;
	return 0;
}

/* Length of a scheme with its colon ("etcd:"), 0 for a plain path. */
static size_t scheme_len(const char *where)
{
	size_t n = strspn(where, "abcdefghijklmnopqrstuvwxyz0123456789+.-");

	return n && where[n] == ':' ? n + 1 : 0;
}

static int backend_find(const char *where, const struct ms_store_ops **ret_ops,
			const char **ret_rest, struct ms_err *err)
{
	size_t len = scheme_len(where);

	if (!len) {
		*ret_ops = &state_sqlite_ops;
		*ret_rest = where;
		return 0;
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(backends); i++) {
		if (strlen(backends[i]->scheme) != len - 1 ||
		    !ms_starts(where, backends[i]->scheme))
			continue;
		*ret_ops = backends[i];
		*ret_rest = where + len;
		return 0;
	}
	ms_usage(err, "no state store of the kind \"%.*s\"", (int)len - 1, where);
	ms_hint(err,
		"MSCTL_STATE is a file, or sqlite:FILE; a file with a colon in its name is ./%s",
		where);
	return -EINVAL;
}

int ms_store_open(const char *where, struct ms_loop *loop, struct ms_store **ret_store,
		  struct ms_err *err)
{
	MS_AUTO_FREE char *path = NULL;
	struct ms_store *store;
	const char *rest;
	int r;

	if (!where || !*where)
		where = getenv("MSCTL_STATE");
	if (!where || !*where) {
		r = default_path(&path, err);
		if (r < 0)
			return r;
		where = path;
	}
	store = calloc(1, sizeof(*store));
	if (!store)
		return ms_nomem(err);
	store->loop = loop;
	r = backend_find(where, &store->ops, &rest, err);
	if (r == 0)
		r = store->ops->open(rest, loop, &store->self, err);
	if (r < 0) {
		free(store);
		return r;
	}
	*ret_store = store;
	return 0;
}

void ms_store_close(struct ms_store *store)
{
	if (!store)
		return;
	store->ops->close(store->self);
	free(store);
}

static int key_check(const char *key, bool empty, struct ms_err *err)
{
	size_t len = strnlen(key, MS_STORE_MAX_KEY + 1);

	if (len > MS_STORE_MAX_KEY || (!len && !empty))
		return ms_fail(err, -EINVAL, MS_FAILED, "state key of %s bytes",
			       len ? "too many" : "no");
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)key[i] < 0x20 || key[i] == 0x7f)
			return ms_fail(err, -EINVAL, MS_FAILED,
				       "state key with a control character: \"%s\"", key);
	return 0;
}

int ms_store_get(struct ms_store *store, const char *key, json_t **ret_value, int64_t *ret_revision,
		 struct ms_err *err)
{
	int r = key_check(key, false, err);

	return r < 0 ? r : store->ops->get(store->self, key, ret_value, ret_revision, err);
}

int ms_store_put(struct ms_store *store, const char *key, const json_t *value, int64_t revision,
		 unsigned ttl, int64_t *ret_revision, struct ms_err *err)
{
	int r = key_check(key, false, err);

	return r < 0 ? r
		     : store->ops->put(store->self, key, value, revision, ttl, ret_revision, err);
}

int ms_store_list(struct ms_store *store, const char *prefix,
		  int (*fn)(void *ctx, const char *key, const json_t *value), void *ctx,
		  struct ms_err *err)
{
	int r = key_check(prefix, true, err);

	return r < 0 ? r : store->ops->list(store->self, prefix, fn, ctx, err);
}
