/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NVUE's tree: keys as they are, in one order; what differs as merge patches, and what nobody knows
 * as paths. */
#include <errno.h>
#include "fabric/nvue/nvue.h"

json_t *nvue_at(const json_t *root, ...)
{
	const char *key;
	va_list keys;

	va_start(keys, root);
	while (root && (key = va_arg(keys, const char *)))
		root = json_object_get(root, key);
	va_end(keys);
	return (json_t *)root;
}

/* The object at a key; whatever else stands there gives way. */
static json_t *child(json_t *node, const char *key)
{
	json_t *below = json_object_get(node, key);

	if (json_is_object(below))
		return below;
	below = json_object();
	return json_object_set_new(node, key, below) ? NULL : below;
}

static json_t *dig(json_t *node, va_list keys)
{
	const char *key;

	while (node && (key = va_arg(keys, const char *)))
		node = child(node, key);
	return node;
}

json_t *nvue_dig(json_t *root, ...)
{
	va_list keys;

	va_start(keys, root);
	root = dig(root, keys);
	va_end(keys);
	return root;
}

json_t *nvue_node(struct nvue_out *out, ...)
{
	json_t *node;
	va_list keys;

	va_start(keys, out);
	node = dig(out->tree, keys);
	va_end(keys);
	out->failed |= !node;
	return node;
}

/* ---- what nobody knows ---------------------------------------------------------------------- */

/* Empty objects near the root are only sections; deeper ones are values: addresses, VLANs, members.
 */
#define LEAF_DEPTH 5

/* MAC addresses come in either case. */
static bool is_same(const json_t *a, const json_t *b)
{
	if (json_is_string(a) && json_is_string(b))
		return !strcasecmp(json_string_value(a), json_string_value(b));
	return json_equal((json_t *)a, (json_t *)b);
}

static int rest(const json_t *tree, const json_t *known, char *path, size_t size, unsigned depth,
		json_t *opaque)
{
	size_t len = strlen(path);
	json_t *value;
	const char *key;
	int r = 0;

	json_object_foreach((json_t *)tree, key, value) {
		const json_t *same = json_object_get(known, key);

		snprintf(path + len, size - len, "%s%s", len ? "." : "", key);
		if (json_is_object(value) && !json_object_size(value) &&
		    (same || depth + 1 < LEAF_DEPTH))
			continue;
		/* A section nobody knows is told item by item: interfaces, VRFs. */
		if (json_is_object(value) && (json_is_object(same) || !depth))
			r = rest(value, same, path, size, depth + 1, opaque);
		else if (!same || !is_same(value, same))
			r = json_array_append_new(opaque, json_string(path));
		if (r)
			return r;
	}
	path[len] = '\0';
	return 0;
}

int nvue_rest(const json_t *tree, const json_t *known, json_t *opaque)
{
	char path[256] = "";

	return opaque ? rest(tree, known, path, sizeof(path), 0, opaque) : 0;
}

/* ---- what differs --------------------------------------------------------------------------- */

/*
 * What goes away as a whole when nothing of it is wanted.  Of everything else only what we wrote is
 * unset: people keep settings of their own beside ours.  A port's place in the bridge is one of
 * them, since an empty one means all VLANs.
 */
static const char *const whole[] = {
	"bridge.domain.*.vlan.*", "interface.bond*", "interface.vlan*", "interface.peerlink*",
	"interface.*.bridge.domain.*", "interface.*.evpn.multihoming.segment", "vrf.*",
	"vrf.*.router.bgp.neighbor.*", "evpn.vni.*", "mlag.backup.*", NULL
};

static bool word_fits(const char *pattern, size_t n, const char *word, size_t len)
{
	if (n && pattern[n - 1] == '*')
		return len >= n - 1 && !strncmp(pattern, word, n - 1);
	return n == len && !strncmp(pattern, word, n);
}

/* Keys of paths are separated by \1: they may hold dots themselves. */
static bool path_fits(const char *pattern, const char *path)
{
	for (;;) {
		size_t n = strcspn(pattern, "."), len = strcspn(path, "\1");

		if (!word_fits(pattern, n, path, len) || !pattern[n] != !path[len])
			return false;
		if (!pattern[n])
			return true;
		pattern += n + 1;
		path += len + 1;
	}
}

/* "swp7s0": it is there as long as swp7 is split, and not a moment longer. */
static bool is_part(const char *path)
{
	const char *name = path + strlen("interface\1"), *s = strrchr(path, 's');

	return ms_starts(path, "interface\1") && !strchr(name, '\1') && s > name && s[1] &&
	       s[-1] >= '0' && s[-1] <= '9' && strspn(s + 1, "0123456789") == strlen(s + 1);
}

static bool is_whole(const char *path)
{
	if (!strcmp(path, "vrf\1default"))
		return false;
	if (is_part(path))
		return true;
	for (const char *const *p = whole; *p; p++)
		if (path_fits(*p, path))
			return true;
	return false;
}

struct differ {
	char path[512];
	json_t *unset, *set;
};

static int diff_objects(struct differ *d, const json_t *now, const json_t *target, json_t *unset,
			json_t *set);

static int diff_below(struct differ *d, const char *key, const json_t *now, const json_t *target,
		      json_t *unset, json_t *set)
{
	json_t *down = json_object(), *up = json_object();
	int r = !down || !up ? -1 : diff_objects(d, now, target, down, up);

	if (!r && json_object_size(down))
		r = json_object_set(unset, key, down);
	if (!r && json_object_size(up))
		r = json_object_set(set, key, up);
	json_decref(down);
	json_decref(up);
	return r;
}

static int diff_key(struct differ *d, const char *key, const json_t *now, const json_t *target,
		    json_t *unset, json_t *set)
{
	bool deep = json_is_object(now) && json_object_size(now);

	if (now && target && json_equal((json_t *)now, (json_t *)target))
		return 0;
	if (!target && (!deep || is_whole(d->path)))
		return json_object_set_new(unset, key, json_null());
	if (!target)
		return diff_below(d, key, now, NULL, unset, set);
	if (now && json_is_object(now) && json_is_object(target))
		return diff_below(d, key, now, target, unset, set);
	return json_object_set(set, key, (json_t *)target);
}

static int diff_objects(struct differ *d, const json_t *now, const json_t *target, json_t *unset,
			json_t *set)
{
	size_t len = strlen(d->path);
	const char *key;
	json_t *value;
	int r = 0;

	json_object_foreach((json_t *)now, key, value) {
		snprintf(d->path + len, sizeof(d->path) - len, "%s%s", len ? "\1" : "", key);
		r = diff_key(d, key, value, json_object_get(target, key), unset, set);
		if (r)
			return r;
	}
	json_object_foreach((json_t *)target, key, value) {
		if (json_object_get(now, key))
			continue;
		r = json_object_set(set, key, value);
		if (r)
			return r;
	}
	d->path[len] = '\0';
	return 0;
}

int nvue_patches(const json_t *now, const json_t *target, json_t **ret_patches, struct ms_err *err)
{
	json_auto_t *unset = json_object(), *set = json_object(), *patches = json_array();
	struct differ d = { .path = "" };
	int r = !unset || !set || !patches ? -1 : diff_objects(&d, now, target, unset, set);

	if (!r && json_object_size(unset))
		r = json_array_append_new(patches, fabric_sorted(unset));
	if (!r && json_object_size(set))
		r = json_array_append_new(patches, fabric_sorted(set));
	if (r)
		return ms_nomem(err);
	*ret_patches = ms_take(patches);
	return 0;
}
