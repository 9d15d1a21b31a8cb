/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the rows of quirk.c to the policies of one BMC. */
#include "net/quirk.h"
#include "net/redfish.h"

static const struct {
	const char *name;
	size_t offset;
	enum { AS_BOOL, AS_UINT, AS_AUTH, AS_ETAG, AS_BOOT } type;
} fields[] = {
#define F(m) offsetof(struct ms_rf_quirks, m)
	[Q_AUTH] = { "auth", F(auth), AS_AUTH },
	[Q_ETAG] = { "etag", F(etag), AS_ETAG },
	[Q_BOOT] = { "boot", F(boot), AS_BOOT },
	[Q_EXPAND] = { "expand", F(expand), AS_BOOL },
	[Q_EMPTY_BODY] = { "emptyBody", F(empty_body), AS_BOOL },
	[Q_POLL_TASK] = { "pollTask", F(poll_task), AS_BOOL },
	[Q_BIOS_JOB] = { "biosJob", F(bios_job), AS_BOOL },
	[Q_ACCOUNT_SLOTS] = { "accountSlots", F(account_slots), AS_BOOL },
	[Q_FIRST_SLOT] = { "firstSlot", F(first_slot), AS_UINT },
	[Q_NO_GRACEFUL_RESTART] = { "noGracefulRestart", F(no_graceful_restart), AS_BOOL },
	[Q_RESET_PLAIN] = { "resetPlain", F(reset_plain), AS_BOOL },
	[Q_SESSION_MEDIA] = { "sessionMedia", F(session_media), AS_BOOL },
	[Q_READS] = { "reads", F(reads), AS_UINT },
#undef F
};

static void set(struct ms_rf_quirks *quirks, enum rf_quirk_field field, int value)
{
	char *at = (char *)quirks + fields[field].offset;

	switch (fields[field].type) {
	case AS_BOOL: *(bool *)at = value; break;
	case AS_UINT: *(unsigned *)at = (unsigned)value; break;
	case AS_AUTH: *(enum ms_rf_auth *)at = (enum ms_rf_auth)value; break;
	case AS_ETAG: *(enum ms_rf_etag *)at = (enum ms_rf_etag)value; break;
	case AS_BOOT: *(enum ms_rf_boot *)at = (enum ms_rf_boot)value; break;
	}
}

/* "1.13.1" against "1.6": number by number. */
static int compare_versions(const char *a, const char *b)
{
	while (*a || *b) {
		unsigned long x = strtoul(a, (char **)&a, 10), y = strtoul(b, (char **)&b, 10);

		if (x != y)
			return x < y ? -1 : 1;
		a += strcspn(a, "0123456789");
		b += strcspn(b, "0123456789");
	}
	return 0;
}

static bool has_key(const json_t *object, const char *wanted)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
		if (!strcasecmp(key, wanted))
			return true;
	return false;
}

static bool contains(const char *text, const char *part)
{
	return text && strcasestr(text, part);
}

/* "HPE", "Supermicro", "Dell Inc.": names of vendors come with and without their legal form. */
static bool is_vendor(const char *text, const char *vendor)
{
	size_t n = strlen(vendor);

	return !strncasecmp(text, vendor, n) &&
	       (!text[n] || text[n] == ' ' || text[n] == ',' || text[n] == '.');
}

/* Some roots name no vendor: then whoever made the machine, or whose extensions are there. */
static bool vendor_fits(const char *vendor, const json_t *root, const json_t *resource)
{
	const char *named = ms_str(root, "/Vendor", "");
	const char *made = ms_str(resource, "/Manufacturer", "");

	if (*named)
		return is_vendor(named, vendor);
	return (*made && is_vendor(made, vendor)) || has_key(json_object_get(root, "Oem"), vendor);
}

static bool fits(const struct rf_quirk_when *when, const json_t *root, const json_t *resource)
{
	const char *version = ms_str(root, "/RedfishVersion", "0");

	if (when->vendor && !vendor_fits(when->vendor, root, resource))
		return false;
	if (when->no_vendor && *ms_str(root, "/Vendor", ""))
		return false;
	if (when->product && !contains(ms_str(root, "/Product", NULL), when->product))
		return false;
	if (when->oem && !has_key(json_object_get(root, "Oem"), when->oem))
		return false;
	if (when->manager_link &&
	    strcmp(ms_str(root, "/Links/ManagerProvidingService/@odata.id", ""),
		   when->manager_link))
		return false;
	if (when->model && !contains(ms_str(resource, "/Model", NULL), when->model))
		return false;
	if (when->redfish_from && compare_versions(version, when->redfish_from) < 0)
		return false;
	return !when->redfish_below || compare_versions(version, when->redfish_below) < 0;
}

static void add_word(const char **words, size_t size, const char *word)
{
	size_t n = 0;

	while (n < size && words[n] && strcmp(words[n], word))
		n++;
	if (n < size)
		words[n] = word;
}

static void apply(const struct rf_quirk *row, struct ms_rf_quirks *quirks)
{
	quirks->id = row->id;
	add_word(quirks->ids, MS_ARRAY_SIZE(quirks->ids) - 1, row->id);
	if (row->vendor)
		quirks->vendor = row->vendor;
	for (size_t i = 0; i < MS_ARRAY_SIZE(row->then) && row->then[i].field; i++)
		set(quirks, row->then[i].field, row->then[i].value);
	if (row->setting)
		add_word(quirks->settings + 1, MS_ARRAY_SIZE(quirks->settings) - 1, row->setting);
}

void ms_rf_quirks_choose(const json_t *root, const json_t *resource,
			 struct ms_rf_quirks *ret_quirks)
{
	struct ms_rf_quirks quirks = { .id = "generic",
				       .vendor = "unknown",
				       .boot = MS_RF_BOOT_CHANGED };

	for (const struct rf_quirk *row = ms_rf_quirk_table; row->id; row++)
		if (fits(&row->when, root, resource))
			apply(row, &quirks);
	if (!quirks.ids[0])
		quirks.ids[0] = quirks.id;
	quirks.settings[0] = quirks.vendor;
	*ret_quirks = quirks;
}

/* ---- for documentation ---- */

static json_t *when_value(const struct rf_quirk_when *when)
{
	json_t *out = json_object();

	const struct {
		const char *name, *value;
	} texts[] = {
		{ "vendor", when->vendor },
		{ "product", when->product },
		{ "oem", when->oem },
		{ "managerLink", when->manager_link },
		{ "model", when->model },
		{ "redfishFrom", when->redfish_from },
		{ "redfishBelow", when->redfish_below },
	};
	for (size_t i = 0; i < MS_ARRAY_SIZE(texts); i++)
		if (texts[i].value)
			json_object_set_new(out, texts[i].name, json_string(texts[i].value));
	if (when->no_vendor)
		json_object_set_new(out, "noVendor", json_true());
	return out;
}

static json_t *field_value(enum rf_quirk_field field, int value)
{
	static const char *const auths[] = { "session", "basic" };
	static const char *const etags[] = { "auto", "strong", "any", "none" };
	static const char *const boots[] = { "changed", "all", "echo-mode", "target-only" };

	switch (fields[field].type) {
	case AS_AUTH: return json_string(auths[value]);
	case AS_ETAG: return json_string(etags[value]);
	case AS_BOOT: return json_string(boots[value]);
	case AS_UINT: return json_integer(value);
	default: return json_boolean(value);
	}
}

static json_t *then_value(const struct rf_quirk *row)
{
	json_t *out = json_object();

	if (row->vendor)
		json_object_set_new(out, "vendor", json_string(row->vendor));
	for (size_t i = 0; i < MS_ARRAY_SIZE(row->then) && row->then[i].field; i++)
		json_object_set_new(out, fields[row->then[i].field].name,
				    field_value(row->then[i].field, row->then[i].value));
	if (row->setting)
		json_object_set_new(out, "setting", json_string(row->setting));
	return out;
}

json_t *ms_rf_quirk_rows(void)
{
	json_t *rows = json_array();

	for (const struct rf_quirk *row = ms_rf_quirk_table; row->id; row++)
		json_array_append_new(rows,
				      json_pack("{s:s, s:s, s:o, s:o}", "id", row->id, "source",
						row->source, "when", when_value(&row->when), "then",
						then_value(row)));
	return rows;
}
