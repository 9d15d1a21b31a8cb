/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both sides of a cable in the same words, whether it is a NIC or a port of a switch. */
#include "roce/set.h"

const json_t *roce_port(const json_t *model, const char *port)
{
	return json_object_get(json_object_get(model, "ports"), port);
}

const json_t *roce_carrier(const json_t *model, const char *port)
{
	const json_t *member;
	const char *name;
	json_t *channel;
	size_t i;

	json_object_foreach(json_object_get(model, "channels"), name, channel)
		json_array_foreach(json_object_get(channel, "members"), i, member)
			if (ms_streq(json_string_value(member), port))
				return channel;
	return roce_port(model, port);
}

const json_t *roce_profile(const json_t *model, const json_t *port)
{
	const char *name = ms_str(port, "/qos", NULL);

	return name ? json_object_get(ms_at(model, "/qos/profiles"), name) : NULL;
}

int roce_bits_of(const json_t *list)
{
	const json_t *value;
	int bits = 0;
	size_t i;

	json_array_foreach((json_t *)list, i, value)
		if (json_is_integer(value) && json_integer_value(value) >= 0 &&
		    json_integer_value(value) < 8)
			bits |= 1 << json_integer_value(value);
	return bits;
}

const char *roce_bits_text(int bits, char *buf, size_t size)
{
	int left = __builtin_popcount((unsigned)bits);
	size_t used = (size_t)snprintf(buf, size, "%s",
				       !bits	  ? "nothing"
				       : left > 1 ? "priorities"
						  : "priority");

	for (int i = 0; i < 8 && used < size; i++)
		if (bits >> i & 1)
			used += (size_t)snprintf(
				buf + used, size - used, "%s%d",
				bits & ((1 << i) - 1) ? (left == 1 ? " and " : ", ") : " ", i),
				left--;
	return buf;
}

int roce_class_of(const json_t *classes, const char *field, unsigned dscp)
{
	const json_t *code;
	const char *priority;
	json_t *class;
	size_t i;

	json_object_foreach((json_t *)classes, priority, class)
		json_array_foreach(json_object_get(class, field), i, code)
			if (json_integer_value(code) == dscp)
				return (int)strtol(priority, NULL, 10);
	return -1;
}

int roce_priority_of(const json_t *model, const char *field, unsigned dscp)
{
	return roce_class_of(ms_at(model, "/qos/classes"), field, dscp);
}

/* What the device forces wins; applications by way of rdma_cm have what that starts with. */
int roce_emits(const json_t *nic, const char **ret_by)
{
	static const char *const pointers[] = { "/status/roce/trafficClass",
						"/status/roce/cm/tos" };
	static const char *const words[] = { "trafficClass", "cm.tos" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(pointers); i++) {
		int64_t tos = ms_int(nic, pointers[i], -1);

		/* A device that forces nothing says 0. */
		if (tos < 0 || (!i && !tos))
			continue;
		if (ret_by)
			*ret_by = words[i];
		return (int)(tos >> 2 & 63);
	}
	return -1;
}

/* ---- switches ---- */

static void init_switch(struct roce_side *side, const struct roce_set *set, const char *port)
{
	const json_t *row;
	const char *priority;

	side->model = roce_model(set, side->res);
	side->port = roce_port(side->model, port);
	side->known = side->port != NULL;
	if (!side->known)
		return;
	side->profile = roce_profile(side->model, side->port);
	side->pfc = 0;
	json_object_foreach(json_object_get(side->profile, "pfc"), priority, row)
		side->pfc |= 1 << (strtol(priority, NULL, 10) & 7);
	side->trust = side->profile ? ms_str(side->model, "/qos/trust", NULL) : NULL;
	side->pause = ms_bool(side->port, "/pause", false) ? 3 : 0;
	side->gbps = ms_gbps(ms_str(side->port, "/speed", NULL));
	row = json_object_get(ms_at(side->res, "/status/switch/ports"), port);
	/* What is its own default a platform may not show; the port says it all the same. */
	side->mtu = ms_int(roce_carrier(side->model, port), "/mtu",
			   ms_int(side->port, "/mtu", ms_int(row, "/mtu", -1)));
	if (ms_gbps(ms_str(row, "/speed", NULL)))
		side->gbps = ms_gbps(ms_str(row, "/speed", NULL));
}

/* ---- hosts ---- */

static void init_host(struct roce_side *side)
{
	const json_t *seen = ms_at(side->res, "/status/roce");

	side->host = true;
	side->seen = seen;
	side->known = seen != NULL;
	if (!seen)
		return;
	if (json_object_get(seen, "pfc"))
		side->pfc = roce_bits_of(ms_at(seen, "/pfc/enabled"));
	side->mtu = ms_int(seen, "/mtu", -1);
	side->trust = ms_str(seen, "/trust", NULL);
	if (json_object_get(seen, "pause"))
		side->pause = ms_bool(seen, "/pause/rx", false) | ms_bool(seen, "/pause/tx", false)
									  << 1;
	side->gbps = ms_gbps(ms_str(seen, "/speed", NULL));
}

void roce_side_init(const struct roce_set *set, const char *end, struct roce_side *ret_side)
{
	const char *port = NULL;

	*ret_side = (struct roce_side){ .end = end, .pfc = -1, .mtu = -1, .pause = -1 };
	if (!end)
		return;
	ret_side->res = roce_switch_at(set, end, &port);
	if (ret_side->res) {
		init_switch(ret_side, set, port);
		return;
	}
	ret_side->res = roce_find(set, "Nic", end);
	if (ret_side->res)
		init_host(ret_side);
}
