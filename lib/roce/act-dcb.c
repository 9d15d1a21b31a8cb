/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setting DCB: read, changed, written back whole. */
#include "roce/aspect.h"
#include "roce/dcb.h"

#include <errno.h>

static uint8_t octet(const json_t *list, size_t i)
{
	return (uint8_t)json_integer_value(json_array_get(list, i));
}

static int need(bool has, const struct roce_act *act, const char *what, struct ms_err *err)
{
	return has ? 0
		   : ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED, "%s: the driver has no %s",
			     act->link->name, what);
}

int roce_act_dcbx(struct roce_act *act, struct ms_err *err)
{
	return roce_dcb_set_dcbx(act->here->host, act->link->name,
				 DCB_CAP_DCBX_HOST | DCB_CAP_DCBX_VER_IEEE, err);
}

/* ---- ETS ---- */

static void change_ets(struct ieee_ets *ets, const json_t *after)
{
	const json_t *words = json_object_get(after, "algorithm");

	ets->willing = ms_bool(after, "/willing", false);
	for (size_t i = 0; words && i < 8; i++) {
		ets->tc_tsa[i] = ms_streq(json_string_value(json_array_get(words, i)), "ets")
					 ? IEEE_8021QAZ_TSA_ETS
					 : IEEE_8021QAZ_TSA_STRICT;
		ets->tc_tx_bw[i] = octet(json_object_get(after, "bandwidth"), i);
		ets->prio_tc[i] = octet(json_object_get(after, "prioToTc"), i);
	}
}

int roce_act_ets(struct roce_act *act, struct ms_err *err)
{
	MS_AUTO_FREE struct roce_dcb *dcb = malloc(sizeof(*dcb));
	int r = dcb ? roce_dcb_get(act->here->host, act->link->name, dcb, err) : ms_nomem(err);

	if (!r)
		r = need(dcb->has_ets, act, "ETS", err);
	if (r < 0)
		return r;
	change_ets(&dcb->ets, act->after);
	return roce_dcb_set(act->here->host, act->link->name, DCB_ATTR_IEEE_ETS, &dcb->ets,
			    sizeof(dcb->ets), err);
}

/* ---- rates ---- */

int roce_act_max_rate(struct roce_act *act, struct ms_err *err)
{
	struct ieee_maxrate rates = { 0 };

	/* There is nothing else in the structure. */
	for (size_t i = 0; i < 8; i++)
		rates.tc_maxrate[i] = (uint64_t)json_integer_value(json_array_get(act->after, i));
	return roce_dcb_set(act->here->host, act->link->name, DCB_ATTR_IEEE_MAXRATE, &rates,
			    sizeof(rates), err);
}

/* ---- PFC ---- */

int roce_act_pfc(struct roce_act *act, struct ms_err *err)
{
	MS_AUTO_FREE struct roce_dcb *dcb = malloc(sizeof(*dcb));
	int r = dcb ? roce_dcb_get(act->here->host, act->link->name, dcb, err) : ms_nomem(err);

	if (!r)
		r = need(dcb->has_pfc, act, "PFC", err);
	if (r < 0)
		return r;
	dcb->pfc.pfc_en = (uint8_t)roce_bits_of(json_object_get(act->after, "enabled"));
	return roce_dcb_set(act->here->host, act->link->name, DCB_ATTR_IEEE_PFC, &dcb->pfc,
			    sizeof(dcb->pfc), err);
}

/* ---- buffers ---- */

int roce_act_buffer(struct roce_act *act, struct ms_err *err)
{
	MS_AUTO_FREE struct roce_dcb *dcb = malloc(sizeof(*dcb));
	int r = dcb ? roce_dcb_get(act->here->host, act->link->name, dcb, err) : ms_nomem(err);

	if (!r)
		r = need(dcb->has_buffer, act, "buffers to set", err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < 8; i++) {
		dcb->buffer.prio2buffer[i] = octet(json_object_get(act->after, "prioToBuffer"), i);
		dcb->buffer.buffer_size[i] = (uint32_t)json_integer_value(
			json_array_get(json_object_get(act->after, "sizes"), i));
	}
	return roce_dcb_set(act->here->host, act->link->name, DCB_ATTR_DCB_BUFFER, &dcb->buffer,
			    sizeof(dcb->buffer), err);
}

/* ---- APP entries ---- */

struct apps { struct dcb_app list[ROCE_APPS_MAX]; size_t n; };

static uint8_t selector_of(const char *word)
{
	static const char *const words[] = { "", "ethertype", "stream", "dgram", "any", "dscp" };

	for (uint8_t i = 1; i < MS_ARRAY_SIZE(words); i++)
		if (!strcmp(words[i], word))
			return i;
	return 0;
}

static void apps_of(const json_t *list, struct apps *apps)
{
	const json_t *app;
	size_t i;

	apps->n = 0;
	json_array_foreach(list, i, app)
		if (apps->n < ROCE_APPS_MAX)
			apps->list[apps->n++] = (struct dcb_app){
				.selector = selector_of(ms_str(app, "/selector", "")),
				.priority = (uint8_t)(ms_int(app, "/priority", 0) & 7),
				.protocol = (uint16_t)ms_int(app, "/protocol", 0)
			};
}

static bool contains(const struct apps *apps, const struct dcb_app *app)
{
	for (size_t i = 0; i < apps->n; i++)
		if (!memcmp(&apps->list[i], app, sizeof(*app)))
			return true;
	return false;
}

static bool is_ours(const struct dcb_app *app)
{
	if (app->selector == IEEE_8021QAZ_APP_SEL_ETHERTYPE)
		return app->protocol == 0x8915;
	return app->selector == IEEE_8021QAZ_APP_SEL_DSCP ||
	       (app->protocol == 4791 && (app->selector == IEEE_8021QAZ_APP_SEL_DGRAM ||
					  app->selector == IEEE_8021QAZ_APP_SEL_ANY));
}

/* Ours that are there now, and which `wanted` has not; or those of `wanted` that are not there. */
static int read_rest(const struct roce_act *act, const struct apps *wanted, struct apps *extra,
		     struct apps *missing, struct ms_err *err)
{
	MS_AUTO_FREE struct roce_dcb *dcb = malloc(sizeof(*dcb));
	MS_AUTO_FREE struct apps *now = calloc(1, sizeof(*now));
	int r = dcb && now ? roce_dcb_get(act->here->host, act->link->name, dcb, err)
			   : ms_nomem(err);

	extra->n = missing->n = 0;
	if (r < 0)
		return r;
	for (size_t i = 0; i < dcb->n_apps; i++) {
		now->list[now->n++] = dcb->apps[i];
		if (is_ours(&dcb->apps[i]) && !contains(wanted, &dcb->apps[i]))
			extra->list[extra->n++] = dcb->apps[i];
	}
	for (size_t i = 0; i < wanted->n; i++)
		if (!contains(now, &wanted->list[i]))
			missing->list[missing->n++] = wanted->list[i];
	return 0;
}

/* Added before others are removed: a driver that sees its last code point go turns to PCP
 * meanwhile.  One that takes no second entry for a code point (ice) says -EINVAL, and gets them the
 * other way round. */
static int replace(const struct roce_act *act, const struct apps *wanted, struct apps *extra,
		   struct apps *missing, struct ms_err *err)
{
	struct ms_host *host = act->here->host;
	const char *name = act->link->name;
	struct ms_err why = MS_ERR_INIT;
	int r = roce_dcb_add_apps(host, name, missing->list, missing->n, &why);

	if (r == -EINVAL && extra->n) {
		r = roce_dcb_remove_apps(host, name, extra->list, extra->n, err);
		/* Those before the one that it refused are there. */
		r = r ? r : read_rest(act, wanted, extra, missing, err);
		return r ? r : roce_dcb_add_apps(host, name, missing->list, missing->n, err);
	}
	if (r < 0) {
		*err = why;
		return r;
	}
	/* mlx5 has taken the old one away by itself, and refuses to do so again: what is left now.
	 */
	r = read_rest(act, wanted, extra, missing, err);
	return r ? r : roce_dcb_remove_apps(host, name, extra->list, extra->n, err);
}

int roce_act_app(struct roce_act *act, struct ms_err *err)
{
	MS_AUTO_FREE struct apps *apps = calloc(3, sizeof(*apps));
	int r = apps ? 0 : ms_nomem(err);

	if (r < 0)
		return r;
	apps_of(act->after, &apps[0]);
	r = read_rest(act, &apps[0], &apps[1], &apps[2], err);
	return r ? r : replace(act, &apps[0], &apps[1], &apps[2], err);
}
