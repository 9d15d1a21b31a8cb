/* SPDX-License-Identifier: GPL-2.0-or-later */
/* red below ets, by tc(8) of iproute2 6.1. */
#include "sim/box/qos.h"
#include "site/site.h"

struct red {
	int64_t limit, min, max, avpkt, burst;
	double probability;
	bool ecn, harddrop, nodrop, adaptive, bandwidth;
};

static bool red_flag(struct red *red, const char *word)
{
	bool *flag = !strcmp(word, "ecn")	 ? &red->ecn
		     : !strcmp(word, "nodrop")	 ? &red->nodrop
		     : !strcmp(word, "harddrop") ? &red->harddrop
		     : !strcmp(word, "adaptive") ? &red->adaptive
						 : NULL;

	if (flag)
		*flag = true;
	return flag;
}

static bool red_value(struct red *red, const char *word, const char *value)
{
	const struct { const char *name; int64_t *number; } all[] = {
		{ "limit", &red->limit }, { "min", &red->min },	    { "max", &red->max },
		{ "avpkt", &red->avpkt }, { "burst", &red->burst },
	};
	char *end;

	for (size_t i = 0; i < MS_ARRAY_SIZE(all); i++)
		if (!strcmp(all[i].name, word))
			return sim_qos_number(value, all[i].number);
	if (!strcmp(word, "bandwidth"))
		return red->bandwidth = true;
	red->probability = strtod(value, &end);
	return !strcmp(word, "probability") && *value && !*end && red->probability >= 0 &&
	       red->probability < 1;
}

static bool red_words(struct sim_tc *q, struct red *red)
{
	for (; q->n; q->word++, q->n--) {
		const char *word = *q->word;

		if (red_flag(red, word))
			continue;
		if (q->n < 2 || !red_value(red, word, q->word[1])) {
			sim_qos_fail(q->shell, 1, "What is \"%s\"?", word);
			return false;
		}
		q->word++;
		q->n--;
	}
	if (!red->limit || !red->avpkt)
		sim_qos_fail(q->shell, 1, "%s",
			     "RED: Required parameter (limit, avpkt) is missing");
	return !q->shell->status;
}

/* Sally Floyd's recommendations, and tc_red_eval_ewma(), tc_red_eval_P(). */
static bool red_check(struct sim_tc *q, struct red *red)
{
	if (!red->max)
		red->max = red->min ? red->min * 3 : red->limit / 4;
	if (!red->min)
		red->min = red->max / 3;
	if (!red->burst)
		red->burst = (2 * red->min + red->max) / (3 * red->avpkt);
	if (!red->bandwidth)
		ms_buf_puts(q->shell->errors, "RED: set bandwidth to 10Mbit\n");
	if ((double)red->burst + 1 - (double)red->min / (double)red->avpkt < 1) {
		ms_buf_printf(q->shell->errors,
			      "tc_red_eval_ewma() burst %lld is too small ? Try burst %lld\n",
			      (long long)red->burst, (long long)(1 + red->min / red->avpkt));
		sim_qos_fail(q->shell, 1, "%s", "RED: failed to calculate EWMA constant.");
	} else if (red->min > red->max) {
		sim_qos_fail(q->shell, 1, "%s", "RED: failed to calculate probability.");
	}
	return !q->shell->status;
}

static double power(double base, int64_t n)
{
	double all = 1;

	for (; n; n /= 2, base *= base)
		all *= n % 2 ? base : 1;
	return all;
}

/* The queue's length is averaged over so many of them. */
static int red_ewma(const struct red *red)
{
	double a = (double)red->burst + 1 - (double)red->min / (double)red->avpkt, w = 0.5;
	int log = 1;

	while (log < 32 && a > (1 - power(1 - w, red->burst)) / w) {
		w /= 2;
		log++;
	}
	return log;
}

/* As the kernel keeps it, a part of 2^32, and as tc prints that. */
static double red_probability(const struct red *red)
{
	char text[32];

	snprintf(text, sizeof(text), "%g",
		 (double)(uint32_t)(red->probability * 4294967296.0) / 4294967296.0);
	return strtod(text, NULL);
}

/* Spectrum has no more than its buffer to count in. */
static bool red_fits(const struct sim_tc *q, const struct red *red)
{
	uint64_t buffer = ms_asic_of(q->sw->resource)->buffer;

	return red->min && (!buffer || (uint64_t)red->max <= buffer);
}

static json_t *red_make(const struct sim_tc *q, const struct red *red)
{
	return json_pack("{s:i, s:b, s:{s:I, s:I, s:I, s:b, s:b, s:b, s:b, s:i, s:f, s:i}}",
			 "handle", (int)q->handle, "offloaded", red_fits(q, red), "options",
			 "limit", (json_int_t)red->limit, "min", (json_int_t)red->min, "max",
			 (json_int_t)red->max, "ecn", red->ecn, "harddrop", red->harddrop,
			 "adaptive", red->adaptive, "nodrop", red->nodrop, "ewma", red_ewma(red),
			 "probability", red_probability(red), "Scell_log", 11);
}

/* Where does one with that handle hang?  -1: nowhere. */
static int band_with(const struct sim_tc *q, unsigned handle)
{
	const char *band;
	json_t *red;

	json_object_foreach(json_object_get(q->port, "red"), band, red)
		if (sim_tc_handle(red) == handle)
			return (int)strtol(band, NULL, 10);
	return -1;
}

void sim_tc_red(struct sim_tc *q)
{
	struct red given = { .probability = 0.02 };
	int at;

	if (!red_words(q, &given) || !red_check(q, &given))
		return;
	if (!q->port) {
		sim_qos_fail(q->shell, 1, "Cannot find device \"%s\"", q->dev);
		return;
	}
	if (!sim_tc_class(q, "Failed to find specified qdisc."))
		return;
	at = band_with(q, q->handle);
	if (q->handle == sim_tc_handle(sim_tc_root(q)) || (at >= 0 && (unsigned)at + 1 != q->minor))
		sim_tc_refuse(q, "Cannot move an existing qdisc to a different parent.");
	else if (given.nodrop && !given.ecn)
		sim_tc_refuse(q, "sch_red: nodrop mode is only meaningful with ECN.");
	else {
		char band[8];

		snprintf(band, sizeof(band), "%u", q->minor - 1);
		json_object_set_new(json_object_get(q->port, "red"), band, red_make(q, &given));
	}
}

