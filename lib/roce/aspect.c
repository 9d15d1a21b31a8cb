/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of aspects, and how parts of status.roce are compared. */
#include "roce/aspect.h"

/*
 * The order of a plan: who decides, then what shapes buffers (MTU, shares, PFC), then what is put
 * into classes, then marks.  802.3x goes before PFC comes, as NICs have one of them.  A file that
 * says what is trusted fills the map of code points with its own.
 */
const struct roce_aspect roce_aspects[] = {
	{ "roce.netns", "netnsMode", "none", "network namespaces of RDMA", roce_get_rdma,
	  roce_want_netns, NULL, NULL, roce_act_netns },
	{ "roce.dcbx", "dcbx", "none", "DCBX", roce_get_dcb, roce_want_dcbx, NULL, NULL,
	  roce_act_dcbx },
	{ "roce.mtu", "mtu", "link", "MTU", roce_get_link, roce_want_mtu, NULL, NULL,
	  roce_act_mtu },
	{ "roce.pause", "pause", "none", "pause frames of 802.3x", roce_get_link, roce_want_pause,
	  NULL, NULL, roce_act_pause },
	{ "roce.ets", "ets", "none", "traffic classes", roce_get_dcb, roce_want_ets, NULL, NULL,
	  roce_act_ets },
	{ "roce.maxRate", "maxRate", "none", "maximum rates", roce_get_dcb, roce_want_max_rate,
	  NULL, roce_holds_max_rate, roce_act_max_rate },
	{ "roce.pfc", "pfc", "none", "paused priorities", roce_get_dcb, roce_want_pfc, NULL, NULL,
	  roce_act_pfc },
	{ "roce.trust", "trust", "none", "trust", roce_get_dcb, roce_want_trust, NULL, NULL,
	  roce_act_trust },
	{ "roce.app", "app", "none", "code points", roce_get_dcb, roce_want_app, roce_view_app,
	  NULL, roce_act_app },
	{ "roce.buffer", "buffer", "none", "buffers", roce_get_dcb, roce_want_buffer,
	  roce_view_buffer, roce_holds_buffer, roce_act_buffer },
	{ "roce.ecn", "ecn", "none", "DCQCN", roce_get_ecn, roce_want_ecn, NULL, roce_holds_ecn,
	  roce_act_ecn },
	{ "roce.cm", "cm", "none", "marks of rdma_cm", roce_get_rdma, roce_want_cm, NULL, NULL,
	  roce_act_cm },
	{ "roce.trafficClass", "trafficClass", "none", "traffic class", roce_get_rdma,
	  roce_want_traffic_class, NULL, NULL, roce_act_traffic_class },
	{ "roce.persist", "persistent", "none", "after a restart", roce_get_persistent,
	  roce_want_persistent, roce_view_persistent, NULL, roce_act_persistent },
	{ 0 },
};

const struct roce_aspect *roce_aspect_of(const json_t *step)
{
	const char *action = ms_str(step, "/spec/action", "");

	for (const struct roce_aspect *aspect = roce_aspects; aspect->action; aspect++)
		if (!strcmp(aspect->action, action))
			return aspect;
	return NULL;
}

/* ---- views ---- */

/* Members of the same names, null for what is not there; everything else as it is. */
static json_t *project(const json_t *seen, const json_t *want)
{
	json_t *view, *value;
	const char *key;

	if (!json_is_object(want))
		return seen ? json_deep_copy(seen) : json_null();
	view = json_object();
	json_object_foreach((json_t *)want, key, value)
		if (json_object_set_new(view, key, project(json_object_get(seen, key), value)) <
		    0) {
			json_decref(view);
			return NULL;
		}
	return view;
}

json_t *roce_view_persistent(const json_t *seen, const json_t *want)
{
	(void)want;
	return seen ? json_deep_copy(seen) : json_null();
}

bool roce_app_is_ours(const json_t *app)
{
	const char *selector = ms_str(app, "/selector", "");
	int64_t protocol = ms_int(app, "/protocol", 0);

	if (!strcmp(selector, "ethertype"))
		return protocol == 0x8915;
	return !strcmp(selector, "dscp") ||
	       (protocol == 4791 && (!strcmp(selector, "dgram") || !strcmp(selector, "any")));
}

json_t *roce_view_app(const json_t *seen, const json_t *want)
{
	json_t *view = json_array(), *app;
	size_t i;

	(void)want;
	json_array_foreach((json_t *)seen, i, app)
		if (roce_app_is_ours(app))
			json_array_append_new(view, json_deep_copy(app));
	return view;
}

static bool is_alone(const json_t *buffer, int priority, int lossless)
{
	const json_t *map = json_object_get(buffer, "prioToBuffer");
	json_int_t at = json_integer_value(json_array_get(map, (size_t)priority));

	for (int p = 0; p < 8; p++)
		if (!(lossless >> p & 1) &&
		    json_integer_value(json_array_get(map, (size_t)p)) == at)
			return false;
	return json_integer_value(json_array_get(json_object_get(buffer, "sizes"), (size_t)at)) > 0;
}

/* Which of the lossless priorities have a buffer that no lossy one has, and how all are mapped. */
json_t *roce_view_buffer(const json_t *seen, const json_t *want)
{
	int lossless = roce_bits_of(json_object_get(want, "lossless"));
	json_t *list = json_array(), *view = project(seen, want);

	for (int p = 0; p < 8; p++)
		if (lossless >> p & 1 && is_alone(seen, p, lossless))
			json_array_append_new(list, json_integer(p));
	if (json_object_set_new(view, "lossless", list) == 0)
		return view;
	json_decref(view);
	return NULL;
}

/* Sizes are the driver's where it has some. */
bool roce_holds_buffer(const json_t *now, const json_t *want)
{
	return json_equal(ms_at(now, "/buffer/lossless"), ms_at(want, "/buffer/lossless"));
}

json_t *roce_aspect_view(const struct roce_aspect *aspect, const json_t *seen, const json_t *after)
{
	const json_t *want = json_object_get(after, aspect->key),
		     *now = json_object_get(seen, aspect->key);
	json_t *view = aspect->view ? aspect->view(now, want) : project(now, want);

	return view ? json_pack("{s:o}", aspect->key, view) : NULL;
}

bool roce_aspect_holds(const struct roce_aspect *aspect, const json_t *now, const json_t *want)
{
	return aspect->holds ? aspect->holds(now, want) : json_equal(now, want);
}
