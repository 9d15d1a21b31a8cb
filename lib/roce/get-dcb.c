/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DCB in the words of status.roce, and what classifies packets. */
#include "roce/dcb.h"
#include "roce/here.h"

#include <errno.h>

#define N 8

/* ---- ETS, PFC, rates, buffers ---- */

static json_t *octets(const uint8_t values[N])
{
	return json_pack("[i,i,i,i,i,i,i,i]", values[0], values[1], values[2], values[3], values[4],
			 values[5], values[6], values[7]);
}

static const char *algorithm(uint8_t tsa)
{
	switch (tsa) {
	case IEEE_8021QAZ_TSA_STRICT: return "strict";
	case IEEE_8021QAZ_TSA_CB_SHAPER: return "cbs";
	case IEEE_8021QAZ_TSA_ETS: return "ets";
	default: return "vendor";
	}
}

static json_t *ets_new(const struct ieee_ets *ets)
{
	json_t *words = json_array();

	for (size_t i = 0; i < N; i++)
		json_array_append_new(words, json_string(algorithm(ets->tc_tsa[i])));
	return json_pack("{s:b,s:i,s:o,s:o,s:o}", "willing", ets->willing, "max", ets->ets_cap,
			 "algorithm", words, "bandwidth", octets(ets->tc_tx_bw), "prioToTc",
			 octets(ets->prio_tc));
}

static json_t *bits_new(unsigned bits)
{
	json_t *list = json_array();

	for (int i = 0; i < N; i++)
		if (bits >> i & 1)
			json_array_append_new(list, json_integer(i));
	return list;
}

static json_t *pfc_new(const struct ieee_pfc *pfc)
{
	return json_pack("{s:o,s:i,s:i,s:b}", "enabled", bits_new(pfc->pfc_en), "max", pfc->pfc_cap,
			 "delay", pfc->delay, "mbc", pfc->mbc);
}

static json_t *rates_new(const struct ieee_maxrate *rates)
{
	json_t *list = json_array();

	for (size_t i = 0; i < N; i++)
		json_array_append_new(list,
				      json_integer((json_int_t)(rates->tc_maxrate[i] & INT64_MAX)));
	return list;
}

static json_t *buffer_new(const struct dcbnl_buffer *buffer)
{
	json_t *sizes = json_array();

	for (size_t i = 0; i < N; i++)
		json_array_append_new(sizes, json_integer(buffer->buffer_size[i]));
	return json_pack("{s:o,s:o,s:I}", "prioToBuffer", octets(buffer->prio2buffer), "sizes",
			 sizes, "total", (json_int_t)buffer->total_size);
}

/* ---- APP entries ---- */

static json_t *app_new(const struct dcb_app *app)
{
	static const char *const words[] = { NULL, "ethertype", "stream", "dgram", "any", "dscp" };
	const char *word = app->selector < MS_ARRAY_SIZE(words) ? words[app->selector] : NULL;

	return json_pack("{s:o,s:i,s:i}", "selector",
			 word ? json_string(word) : json_sprintf("%u", app->selector), "protocol",
			 app->protocol, "priority", app->priority);
}

/* The kernel lists what came last first. */
static int by_number(const void *a, const void *b)
{
	const struct dcb_app *x = a, *y = b;
	uint32_t x_is = (uint32_t)x->selector << 24 | (uint32_t)x->protocol << 8 | x->priority,
		 y_is = (uint32_t)y->selector << 24 | (uint32_t)y->protocol << 8 | y->priority;

	return (x_is > y_is) - (x_is < y_is);
}

/* They are sorted: of several entries of one code point, the highest priority stays. */
static int add_code(json_t *codes, const struct dcb_app *app)
{
	char key[8];

	if (app->selector != IEEE_8021QAZ_APP_SEL_DSCP || app->protocol > 63)
		return 0;
	snprintf(key, sizeof(key), "%u", app->protocol);
	return json_object_set_new(codes, key, json_integer(app->priority));
}

static int add_apps(json_t *status, struct roce_dcb *dcb)
{
	json_auto_t *apps = json_array(), *codes = json_object();

	qsort(dcb->apps, dcb->n_apps, sizeof(dcb->apps[0]), by_number);
	for (size_t i = 0; i < dcb->n_apps; i++)
		if (json_array_append_new(apps, app_new(&dcb->apps[i])) < 0 ||
		    add_code(codes, &dcb->apps[i]) < 0)
			return -ENOMEM;
	if (dcb->cut &&
	    roce_warn(status, "more than %d APP entries: the rest is not shown", ROCE_APPS_MAX))
		return -ENOMEM;
	if (json_object_size(codes) && json_object_set(status, "dscpToPriority", codes) < 0)
		return -ENOMEM;
	return apps && codes ? json_object_set(status, "app", apps) : -ENOMEM;
}

static json_t *dcbx_new(uint8_t mode)
{
	return json_pack("{s:b,s:b,s:b,s:b,s:b}", "host", mode & DCB_CAP_DCBX_HOST, "lld",
			 mode & DCB_CAP_DCBX_LLD_MANAGED, "ieee", mode & DCB_CAP_DCBX_VER_IEEE,
			 "cee", mode & DCB_CAP_DCBX_VER_CEE, "static", mode & DCB_CAP_DCBX_STATIC);
}

/* ---- what classifies ---- */

/* Where there is no file for it, drivers classify by DSCP as soon as one APP entry says so, and by
 * PCP before. */
static int add_trust(struct roce_look *look, const struct roce_dcb *dcb)
{
	char word[16];
	bool file = ms_host_word(look->here->host,
				 MS_PATH("/sys/class/net/%s/qos/trust", look->link->name), word,
				 sizeof(word));

	if (!file && (!dcb || !dcb->has_apps))
		return roce_unsupported(look->status, "trust",
					"the driver has neither qos/trust nor APP entries");
	if (!file)
		snprintf(word, sizeof(word), "%s",
			 json_object_get(look->status, "dscpToPriority") ? "dscp" : "pcp");
	return roce_fact(look->status, "trust", json_string(word)) ||
			       roce_fact(look->status, "trustBy",
					 json_string(file ? "sysfs" : "app"))
		       ? -ENOMEM
		       : 0;
}

/* ---- all of it ---- */

static int add_all(json_t *status, struct roce_dcb *dcb)
{
	const struct { const char *key; bool has; json_t *value; } rows[] = {
		{ "dcbx", dcb->has_dcbx, dcbx_new(dcb->dcbx) },
		{ "ets", dcb->has_ets, ets_new(&dcb->ets) },
		{ "pfc", dcb->has_pfc, pfc_new(&dcb->pfc) },
		{ "buffer", dcb->has_buffer, buffer_new(&dcb->buffer) },
		{ "maxRate", dcb->has_rates, rates_new(&dcb->rates) },
	};
	int bad = 0;

	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		if (!rows[i].value)
			bad = -ENOMEM;
		else if (rows[i].has)
			bad |= json_object_set(status, rows[i].key, rows[i].value);
		else
			bad |= roce_unsupported(status, rows[i].key, "the driver has none");
		json_decref(rows[i].value);
	}
	return bad ? -ENOMEM : add_apps(status, dcb);
}

static int add_none(json_t *status, const char *why)
{
	static const char *const keys[] = { "dcbx", "ets", "pfc", "buffer", "maxRate", "app" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(keys); i++)
		if (roce_unsupported(status, keys[i], "%s", why))
			return -ENOMEM;
	return 0;
}

int roce_get_dcb(struct roce_look *look, struct ms_err *err)
{
	MS_AUTO_FREE struct roce_dcb *dcb = malloc(sizeof(*dcb));
	struct ms_err none = MS_ERR_INIT;
	int r, bad;

	if (!dcb)
		return ms_nomem(err);
	r = roce_dcb_get(look->here->host, look->link->name, dcb, &none);
	if (r < 0 && r != -EOPNOTSUPP) {
		*err = none;
		return r;
	}
	bad = r ? add_none(look->status, "the driver has no DCB") : add_all(look->status, dcb);
	return bad || add_trust(look, r ? NULL : dcb) ? ms_nomem(err) : 0;
}
