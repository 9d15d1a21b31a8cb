/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * $<name> in a model: what differs by BMC or by the moment.  A text that is one such name takes the
 * value's type; one whose value is absent is left out with its key.
 */
#include <arpa/inet.h>
#include "sim/engine.h"

#define HEX "0123456789abcdef"
#define DIGITS "0123456789"
#define SERIAL "0123456789ABCDEFGHJKLMNPQRSTVWXYZ"

void sim_mac(const struct sim_bmc *bmc, unsigned n, char buf[static 18])
{
	char tag[16], hex[11];

	if (n && n <= bmc->n_nics && bmc->nics[n - 1].mac) {
		snprintf(buf, 18, "%s", bmc->nics[n - 1].mac);
		return;
	}
	snprintf(tag, sizeof(tag), "mac%u", n);
	sim_digits(&bmc->dev, tag, HEX, hex, 10);
	snprintf(buf, 18, "02:%.2s:%.2s:%.2s:%.2s:%.2s", hex, hex + 2, hex + 4, hex + 6, hex + 8);
}

static unsigned number(const char *arg)
{
	return arg ? (unsigned)strtoul(arg, NULL, 10) : 0;
}

static json_t *text_or_none(const char *text)
{
	return json_string(text ? text : "$none");
}

static json_t *get_name(struct sim_bmc *bmc, const char *arg)
{
	(void)arg;
	return json_string(bmc->dev.name);
}
static json_t *get_serial(struct sim_bmc *bmc, const char *arg)
{
	(void)arg;
	return json_string(bmc->serial);
}
static json_t *get_power(struct sim_bmc *bmc, const char *arg)
{
	(void)arg;
	return json_string(sim_power_word(bmc));
}
static json_t *get_port(struct sim_bmc *bmc, const char *arg)
{
	(void)arg;
	return json_integer(bmc->dev.port);
}
static json_t *get_boots(struct sim_bmc *bmc, const char *arg)
{
	(void)arg;
	return json_integer(bmc->boots);
}

static json_t *get_address(struct sim_bmc *bmc, const char *arg)
{
	struct in_addr in = { bmc->dev.address };
	char text[INET_ADDRSTRLEN];

	(void)arg;
	return json_string(inet_ntop(AF_INET, &in, text, sizeof(text)));
}

static json_t *get_mac(struct sim_bmc *bmc, const char *arg)
{
	char mac[18];

	sim_mac(bmc, number(arg), mac);
	return json_string(mac);
}

static json_t *get_macup(struct sim_bmc *bmc, const char *arg)
{
	char mac[18];

	sim_mac(bmc, number(arg), mac);
	for (char *p = mac; *p; p++)
		if (*p >= 'a' && *p <= 'f')
			*p = (char)(*p - 'a' + 'A');
	return json_string(mac);
}

static json_t *get_uuid(struct sim_bmc *bmc, const char *arg)
{
	char hex[33], uuid[40];

	sim_digits(&bmc->dev, arg ? arg : "uuid", HEX, hex, 32);
	snprintf(uuid, sizeof(uuid), "%.8s-%.4s-4%.3s-8%.3s-%.12s", hex, hex + 8, hex + 13,
		 hex + 17, hex + 20);
	return json_string(uuid);
}

/* sn:TAG, 10 characters; hex:TAG and dec:TAG, 16 digits. */
static json_t *digits(struct sim_bmc *bmc, const char *arg, const char *alphabet, size_t n)
{
	char text[24];

	sim_digits(&bmc->dev, arg ? arg : "", alphabet, text, n);
	return json_string(text);
}
static json_t *get_sn(struct sim_bmc *bmc, const char *arg) { return digits(bmc, arg, SERIAL, 10); }
static json_t *get_hex12(struct sim_bmc *bmc, const char *arg) { return digits(bmc, arg, HEX, 12); }
static json_t *get_hex(struct sim_bmc *bmc, const char *arg) { return digits(bmc, arg, HEX, 16); }
static json_t *get_dec(struct sim_bmc *bmc, const char *arg)
{
	return digits(bmc, arg, DIGITS, 12);
}

/* A reading that moves a little: read:BASE:SPAN. */
static json_t *get_read(struct sim_bmc *bmc, const char *arg)
{
	double base = 0, span = 0;
	uint64_t x = bmc->dev.hash ^ (uint64_t)(sim_clock(bmc->dev.sim) / 5000);

	if (arg)
		sscanf(arg, "%lf:%lf", &base, &span);
	if (bmc->power != SIM_ON)
		span = 0;
	x *= 0x9e3779b97f4a7c15u;
	return json_integer((json_int_t)(base + span * (double)(x >> 40) / 16777216.0));
}

static json_t *get_now(struct sim_bmc *bmc, const char *arg)
{
	char text[40], stamp[32];

	ms_time_format(sim_wall(&bmc->dev), stamp);
	/* Offset spelled out, as most BMCs do. */
	snprintf(text, sizeof(text), "%.19s%s", stamp, arg ? arg : "+00:00");
	return json_string(text);
}

static json_t *get_reset(struct sim_bmc *bmc, const char *arg)
{
	char stamp[32];

	(void)arg;
	return json_string(ms_time_format(bmc->reset_at, stamp));
}

/* BootProgress.LastState of Redfish. */
static json_t *get_progress(struct sim_bmc *bmc, const char *arg)
{
	static const char *const words[] = {
		[SIM_BOOT_NONE] = "None", [SIM_BOOT_POST] = "MemoryInitializationStarted",
		[SIM_BOOT_LOADER] = "OSBootStarted", [SIM_BOOT_OS] = "OSRunning",
	};

	(void)arg;
	return json_string(words[bmc->boot]);
}

/* The same in the words of HPE and of BlueField. */
static json_t *get_post(struct sim_bmc *bmc, const char *arg)
{
	static const char *const hpe[] = {
		[SIM_BOOT_NONE] = "PowerOff",
		[SIM_BOOT_POST] = "InPost",
		[SIM_BOOT_LOADER] = "FinishedPost",
		[SIM_BOOT_OS] = "FinishedPost",
	};
	static const char *const bluefield[] = {
		[SIM_BOOT_NONE] = "Off",
		[SIM_BOOT_POST] = "UefiRunning",
		[SIM_BOOT_LOADER] = "OsStarting",
		[SIM_BOOT_OS] = "OsIsRunning",
	};

	return json_string(ms_streq(arg, "bluefield") ? bluefield[bmc->boot] : hpe[bmc->boot]);
}

static const struct sim_nic *nic_at(const struct sim_bmc *bmc, const char *arg)
{
	unsigned n = number(arg);

	return n && n <= bmc->n_nics ? &bmc->nics[n - 1] : NULL;
}

/* A port has a link when the site file says what it is cabled to, or names no cable at all. */
static bool linked(const struct sim_bmc *bmc, const char *arg)
{
	const struct sim_nic *nic = nic_at(bmc, arg);

	return nic ? nic->cable != NULL : number(arg) == 1;
}

static json_t *get_link(struct sim_bmc *bmc, const char *arg)
{
	const char *words = strchr(arg ? arg : "", ':'),
		   *down = words ? strchr(words + 1, ':') : NULL;

	if (!down)
		return json_string(linked(bmc, arg) ? "Up" : "Down");
	return linked(bmc, arg) ? json_stringn(words + 1, (size_t)(down - words - 1))
				: json_string(down + 1);
}

/* speed:N:MBPS: the number where there is a link, else null. */
static json_t *get_speed(struct sim_bmc *bmc, const char *arg)
{
	const char *colon = strchr(arg ? arg : "", ':');

	return linked(bmc, arg) && colon ? json_integer(strtol(colon + 1, NULL, 10)) : json_null();
}

static json_t *get_switch(struct sim_bmc *bmc, const char *arg)
{
	const struct sim_nic *nic = nic_at(bmc, arg);
	const char *colon = nic && nic->cable ? strchr(nic->cable, ':') : NULL;

	return colon ? json_stringn(nic->cable, (size_t)(colon - nic->cable)) : text_or_none(NULL);
}

static json_t *get_switchport(struct sim_bmc *bmc, const char *arg)
{
	const struct sim_nic *nic = nic_at(bmc, arg);
	const char *colon = nic && nic->cable ? strchr(nic->cable, ':') : NULL;

	return text_or_none(colon ? colon + 1 : NULL);
}

/* The chassis MAC of the neighbour: made of its name, so that all its ports agree. */
static json_t *get_switchmac(struct sim_bmc *bmc, const char *arg)
{
	const struct sim_nic *nic = nic_at(bmc, arg);
	uint64_t x = 14695981039346656037u;
	char mac[18];

	if (!nic || !nic->cable)
		return text_or_none(NULL);
	for (const char *p = nic->cable; *p && *p != ':'; p++)
		x = (x ^ (unsigned char)*p) * 1099511628211u;
	snprintf(mac, sizeof(mac), "02:%02x:%02x:%02x:%02x:%02x", (unsigned)(x >> 8 & 255),
		 (unsigned)(x >> 16 & 255), (unsigned)(x >> 24 & 255), (unsigned)(x >> 32 & 255),
		 (unsigned)(x >> 40 & 255));
	return json_string(mac);
}

static json_t *get_user(struct sim_bmc *bmc, const char *arg)
{
	(void)arg;
	return json_string(bmc->n_accounts ? bmc->accounts[0].user : "");
}

static const struct {
	const char *name;
	json_t *(*get)(struct sim_bmc *bmc, const char *arg);
} vars[] = {
	{ "name", get_name },
	{ "serial", get_serial },
	{ "power", get_power },
	{ "port", get_port },
	{ "boots", get_boots },
	{ "address", get_address },
	{ "mac", get_mac },
	{ "MAC", get_macup },
	{ "uuid", get_uuid },
	{ "sn", get_sn },
	{ "hex", get_hex },
	{ "hex12", get_hex12 },
	{ "dec", get_dec },
	{ "read", get_read },
	{ "now", get_now },
	{ "reset", get_reset },
	{ "progress", get_progress },
	{ "post", get_post },
	{ "link", get_link },
	{ "speed", get_speed },
	{ "switch", get_switch },
	{ "switchport", get_switchport },
	{ "switchmac", get_switchmac },
	{ "user", get_user },
};

json_t *sim_var(struct sim_bmc *bmc, const char *name)
{
	const char *colon = strchr(name, ':');
	size_t n = colon ? (size_t)(colon - name) : strlen(name);

	for (size_t i = 0; i < MS_ARRAY_SIZE(vars); i++)
		if (strlen(vars[i].name) == n && !memcmp(vars[i].name, name, n))
			return vars[i].get(bmc, colon ? colon + 1 : NULL);
	return NULL;
}

static json_t *var_span(struct sim_bmc *bmc, const char *start, const char *end)
{
	char name[96];

	if ((size_t)(end - start) >= sizeof(name))
		return NULL;
	memcpy(name, start, (size_t)(end - start));
	name[end - start] = 0;
	return sim_var(bmc, name);
}

static json_t *fill_text(struct sim_bmc *bmc, const char *text)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	const char *at = text, *open, *close;

	while ((open = strstr(at, "$<")) && (close = strchr(open, '>'))) {
		json_auto_t *value = var_span(bmc, open + 2, close);

		if (open == text && !close[1])
			return value ? ms_take(value) : json_string("$none");
		ms_buf_add(&buf, at, (size_t)(open - at));
		if (json_is_string(value))
			ms_buf_puts(&buf, json_string_value(value));
		else if (json_is_integer(value))
			ms_buf_printf(&buf, "%lld", (long long)json_integer_value(value));
		at = close + 1;
	}
	ms_buf_puts(&buf, at);
	return json_string(buf.data ? buf.data : "");
}

static bool is_none(const json_t *value)
{
	return json_is_string(value) && !strcmp(json_string_value(value), "$none");
}

/* A copy with every $<name> filled in. */
json_t *sim_fill(struct sim_bmc *bmc, const json_t *value)
{
	json_t *copy, *member, *filled;
	const char *key;
	size_t i;

	if (json_is_string(value))
		return strstr(json_string_value(value), "$<")
			       ? fill_text(bmc, json_string_value(value))
			       : json_incref((json_t *)value);
	if (json_is_array(value)) {
		copy = json_array();
		json_array_foreach(value, i, member)
			json_array_append_new(copy, sim_fill(bmc, member));
		return copy;
	}
	if (!json_is_object(value))
		return json_incref((json_t *)value);
	copy = json_object();
	json_object_foreach((json_t *)value, key, member) {
		filled = sim_fill(bmc, member);
		if (is_none(filled))
			json_decref(filled);
		else
			json_object_set_new(copy, key, filled);
	}
	return copy;
}
