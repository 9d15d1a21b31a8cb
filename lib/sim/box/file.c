/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of a simulated box: those that were written, and what the kernel shows as files. */
#include <fnmatch.h>
#include "sim/box/box.h"

#define FILES_MAX 400

static json_t *files(const struct sim_switch *sw)
{
	return json_object_get(sw->state, "files");
}

int64_t sim_box_uptime(struct sim_switch *sw)
{
	return (sim_clock(sw->dev.sim) - ms_int(sw->state, "/booted", 0)) / 1000;
}

/* ---- ports ---- */

static unsigned parts_of(const struct sim_switch *sw, unsigned port)
{
	const json_t *row;
	char name[16];
	size_t i;

	snprintf(name, sizeof(name), "%u", port);
	json_array_foreach(ms_at(sw->resource, "/spec/ports"), i, row)
		if (!strcmp(ms_str(row, "/name", ""), name))
			return (unsigned)strtoul(ms_str(row, "/breakout", "1"), NULL, 10);
	return 1;
}

json_t *sim_box_ports(struct sim_switch *sw)
{
	json_t *list = json_array();
	char name[32], native[64];

	for (unsigned n = 1; n <= sw->platform->ports; n++) {
		unsigned parts = parts_of(sw, n);

		for (unsigned part = 1; part <= parts && part <= 8; part++) {
			if (parts > 1)
				snprintf(name, sizeof(name), "%u/%u", n, part);
			else
				snprintf(name, sizeof(name), "%u", n);
			if (sim_port_native(sw, name, native, sizeof(native)))
				json_array_append_new(list, json_string(native));
		}
	}
	return list;
}

/* ---- the kernel's ---- */

static char *speed(struct sim_switch *sw, const char *path)
{
	char native[64], port[64];

	if (sscanf(path, "/sys/class/net/%63[^/]/speed", native) != 1 ||
	    strcmp(path + strlen(path) - 6, "/speed") ||
	    !sim_port_abstract(sw, native, port, sizeof(port)) || !sim_port_up(sw, port))
		return NULL;
	return ms_asprintf("%u\n", sim_port_speed(sw, port) * 1000);
}

static char *kernel(struct sim_switch *sw, const char *path)
{
	int64_t up = sim_box_uptime(sw);

	if (!strcmp(path, "/proc/uptime"))
		return ms_asprintf("%lld.00 %lld.00\n", (long long)up, (long long)up * 3);
	if (!strcmp(path, "/proc/sys/kernel/random/boot_id"))
		return ms_asprintf("%s\n", ms_str(sw->state, "/boot", ""));
	if (!strcmp(path, "/sys/class/dmi/id/product_name"))
		return ms_asprintf("%s\n", sw->platform->model);
	if (!strcmp(path, "/sys/class/dmi/id/product_serial"))
		return ms_asprintf("%s\n", sw->serial);
	return ms_starts(path, "/sys/class/net/") ? speed(sw, path) : NULL;
}

/* ---- all of them ---- */

char *sim_box_read(struct sim_switch *sw, const char *path)
{
	const char *text = json_string_value(json_object_get(files(sw), path));

	return text ? strdup(text) : kernel(sw, path);
}

void sim_box_write(struct sim_switch *sw, const char *path, const char *text)
{
	if (json_object_size(files(sw)) < FILES_MAX || json_object_get(files(sw), path))
		json_object_set_new(files(sw), path, json_string(text));
	sim_touch(&sw->dev);
}

void sim_box_mkdir(struct sim_switch *sw, const char *path)
{
	if (json_object_size(json_object_get(sw->state, "folders")) < FILES_MAX)
		json_object_set_new(json_object_get(sw->state, "folders"), path, json_true());
	sim_touch(&sw->dev);
}

static bool below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return !strncmp(path, folder, len) && path[len] == '/';
}

bool sim_box_is_folder(struct sim_switch *sw, const char *path)
{
	const char *key;
	json_t *value;

	if (json_object_get(json_object_get(sw->state, "folders"), path))
		return true;
	json_object_foreach(files(sw), key, value)
		if (below(key, path))
			return true;
	return false;
}

bool sim_box_exists(struct sim_switch *sw, const char *path)
{
	MS_AUTO_FREE char *text = sim_box_read(sw, path);

	return text || sim_box_is_folder(sw, path);
}

static void remove_from(json_t *table, const char *path)
{
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(table, next, key, value)
		if (!strcmp(key, path) || below(key, path))
			json_object_del(table, key);
}

void sim_box_remove(struct sim_switch *sw, const char *path)
{
	remove_from(files(sw), path);
	remove_from(json_object_get(sw->state, "folders"), path);
	sim_touch(&sw->dev);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static json_t *sorted(const json_t *found)
{
	const char **names = calloc(json_object_size(found) + 1, sizeof(*names)), *key;
	json_t *list = json_array(), *value;
	size_t n = 0;

	json_object_foreach((json_t *)found, key, value)
		if (names)
			names[n++] = key;
	if (n)
		qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(names[i]));
	free(names);
	return list;
}

json_t *sim_box_glob(struct sim_switch *sw, const char *pattern)
{
	json_auto_t *found = json_object(), *ports = sim_box_ports(sw);
	char path[128];
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach(files(sw), key, value)
		if (!fnmatch(pattern, key, FNM_PATHNAME | FNM_PERIOD))
			json_object_set_new(found, key, json_true());
	json_array_foreach(ports, i, value) {
		snprintf(path, sizeof(path), "/sys/class/net/%s/speed", json_string_value(value));
		if (!fnmatch(pattern, path, FNM_PATHNAME))
			json_object_set_new(found, path, json_true());
	}
	return sorted(found);
}

json_t *sim_box_list(struct sim_switch *sw, const char *folder)
{
	json_auto_t *found = json_object(), *ports = sim_box_ports(sw);
	char name[256];
	const char *path;
	json_t *value;
	size_t i;

	json_object_foreach(files(sw), path, value)
		if (below(path, folder) &&
		    sscanf(path + strlen(folder) + 1, "%255[^/]", name) == 1)
			json_object_set_new(found, name, json_true());
	if (!strcmp(folder, "/sys/class/net")) {
		json_object_set_new(found, "lo", json_true());
		json_object_set_new(found, "eth0", json_true());
		json_array_foreach(ports, i, value)
			json_object_set_new(found, json_string_value(value), json_true());
	}
	return sorted(found);
}
