/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What devlink says (Documentation/networking/devlink), as facts. */
#include "nic/here.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>

static const char *const modes[] = { "legacy", "switchdev" };
static const char *const inlines[] = { "none", "link", "network", "transport" };
static const char *const cmodes[] = { "runtime", "driverinit", "permanent" };
/* NLA_U8... of net/netlink.h, which user space has no header for. */
static const char *const types[] = { NULL, "u8", "u16", "u32", "u64", "string", "flag" };

static int number_of(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (ms_streq(words[i], word))
			return (int)i;
	return -1;
}

int nic_eswitch_mode_of(const char *word)
{
	return number_of(modes, MS_ARRAY_SIZE(modes), word);
}

int nic_inline_mode_of(const char *word)
{
	return number_of(inlines, MS_ARRAY_SIZE(inlines), word);
}

int nic_parameter_mode_of(const char *word)
{
	return number_of(cmodes, MS_ARRAY_SIZE(cmodes), word);
}

int nic_parameter_type_of(const char *word)
{
	return number_of(types, MS_ARRAY_SIZE(types), word);
}

static int put_word(json_t *object, const char *key, const char *const *words, size_t n,
		    const struct nlattr *attr)
{
	uint64_t number = ms_nl_number(attr, UINT64_MAX);

	return number < n ? nic_put_text(object, key, words[number]) : 0;
}

static void parse(const struct nlmsghdr *reply, const struct nlattr **attrs)
{
	ms_nl_parse(reply, GENL_HDRLEN, attrs, DEVLINK_ATTR_MAX);
}

bool nic_is_of(const struct nlmsghdr *reply, const struct nic_handle *handle)
{
	const struct nlattr *attrs[DEVLINK_ATTR_MAX + 1];

	parse(reply, attrs);
	return ms_streq(ms_nl_text(attrs[DEVLINK_ATTR_BUS_NAME]), handle->bus) &&
	       ms_streq(ms_nl_text(attrs[DEVLINK_ATTR_DEV_NAME]), handle->name);
}

/* The object of that name in another, made where there is none; NULL without memory. */
static json_t *member(json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	if (value)
		return value;
	value = json_object();
	return value && !json_object_set_new(object, name, value) ? value : NULL;
}

/* ---- eswitch ---- */

int nic_parse_eswitch(const struct nlmsghdr *reply, json_t *status)
{
	const struct nlattr *attrs[DEVLINK_ATTR_MAX + 1], *encap;
	json_t *eswitch = member(status, "eswitch");

	parse(reply, attrs);
	encap = attrs[DEVLINK_ATTR_ESWITCH_ENCAP_MODE];
	if (!eswitch ||
	    put_word(eswitch, "mode", modes, MS_ARRAY_SIZE(modes),
		     attrs[DEVLINK_ATTR_ESWITCH_MODE]) ||
	    put_word(eswitch, "inlineMode", inlines, MS_ARRAY_SIZE(inlines),
		     attrs[DEVLINK_ATTR_ESWITCH_INLINE_MODE]) ||
	    (encap && nic_put(eswitch, "encap", json_boolean(ms_nl_number(encap, 0)))))
		return -ENOMEM;
	/* A device without an eswitch is answered by nothing. */
	return json_object_size(eswitch) ? 0 : json_object_del(status, "eswitch");
}

static const char *flavour_word(unsigned flavour)
{
	switch (flavour) {
	case DEVLINK_PORT_FLAVOUR_PCI_PF: return "pcipf";
	case DEVLINK_PORT_FLAVOUR_PCI_VF: return "pcivf";
	case DEVLINK_PORT_FLAVOUR_PCI_SF: return "pcisf";
	default: return NULL;
	}
}

/* Ports that stand for functions. */
int nic_parse_port(const struct nlmsghdr *reply, json_t *status)
{
	const struct nlattr *attrs[DEVLINK_ATTR_MAX + 1], *number;
	json_t *eswitch, *all, *port;
	const char *flavour;

	parse(reply, attrs);
	flavour = flavour_word(ms_nl_u16(attrs[DEVLINK_ATTR_PORT_FLAVOUR], UINT16_MAX));
	if (!flavour)
		return 0;
	eswitch = member(status, "eswitch");
	all = json_object_get(eswitch, "representors");
	if (eswitch && !all) {
		all = json_array();
		if (json_object_set_new(eswitch, "representors", all) < 0)
			return -ENOMEM;
	}
	port = json_object();
	number = attrs[DEVLINK_ATTR_PORT_PCI_VF_NUMBER] ? attrs[DEVLINK_ATTR_PORT_PCI_VF_NUMBER]
							: attrs[DEVLINK_ATTR_PORT_PCI_SF_NUMBER];
	if (!port || json_array_append_new(all, port) < 0 ||
	    nic_put_text(port, "netdev", ms_nl_text(attrs[DEVLINK_ATTR_PORT_NETDEV_NAME])) ||
	    nic_put_text(port, "flavour", flavour) ||
	    (number &&
	     nic_put(port, "function", json_integer((json_int_t)ms_nl_number(number, 0)))))
		return -ENOMEM;
	return 0;
}

/* ---- parameters ---- */

static int put_value(json_t *parameter, const char *cmode, unsigned type, const struct nlattr *data)
{
	const char *word = type < MS_ARRAY_SIZE(types) ? types[type] : NULL;

	/* A flag is its presence. */
	if (ms_streq(word, "flag"))
		return nic_put(parameter, cmode, json_boolean(data != NULL));
	if (ms_streq(word, "string"))
		return ms_nl_text(data) ? nic_put(parameter, cmode, ms_nl_json_text(data)) : 0;
	return word && ms_nl_len(data)
		       ? nic_put(parameter, cmode, json_integer((json_int_t)ms_nl_number(data, 0)))
		       : 0;
}

static int take_value(unsigned type, const struct nlattr *value, json_t *parameter)
{
	const struct nlattr *attrs[DEVLINK_ATTR_PARAM_VALUE_CMODE + 1];
	unsigned cmode;

	ms_nl_parse_nested(value, attrs, DEVLINK_ATTR_PARAM_VALUE_CMODE);
	cmode = ms_nl_u8(attrs[DEVLINK_ATTR_PARAM_VALUE_CMODE], UINT8_MAX);
	return cmode < MS_ARRAY_SIZE(cmodes)
		       ? put_value(parameter, cmodes[cmode], type,
				   attrs[DEVLINK_ATTR_PARAM_VALUE_DATA])
		       : 0;
}

/* What runs, what a reload of the driver would bring, what a restart of the device would. */
static int judge_pending(json_t *parameter)
{
	const json_t *runs = json_object_get(parameter, "runtime"),
		     *init = json_object_get(parameter, "driverinit"),
		     *lasts = json_object_get(parameter, "permanent");
	const char *needs = NULL;

	if (lasts && (runs || init) && !json_equal(lasts, runs ? runs : init))
		needs = "reboot";
	if (runs && init && !json_equal(runs, init))
		needs = "reload";
	if (!needs)
		return 0;
	return nic_put(parameter, "pending", json_true()) ||
			       nic_put_text(parameter, "needs", needs)
		       ? -ENOMEM
		       : 0;
}

int nic_parse_parameter(const struct nlmsghdr *reply, json_t *status)
{
	const struct nlattr *attrs[DEVLINK_ATTR_MAX + 1], *inside[DEVLINK_ATTR_MAX + 1], *value;
	json_t *all = member(status, "parameters"), *parameter;
	json_auto_t *name = NULL;
	unsigned type;

	parse(reply, attrs);
	ms_nl_parse_nested(attrs[DEVLINK_ATTR_PARAM], inside, DEVLINK_ATTR_MAX);
	name = ms_nl_json_text(inside[DEVLINK_ATTR_PARAM_NAME]);
	type = ms_nl_u8(inside[DEVLINK_ATTR_PARAM_TYPE], 0);
	if (!ms_nl_text(inside[DEVLINK_ATTR_PARAM_NAME]) || type >= MS_ARRAY_SIZE(types) ||
	    !types[type])
		return 0;
	parameter = json_object();
	if (!all || !name || nic_put(all, json_string_value(name), parameter) ||
	    nic_put_text(parameter, "type", types[type])) {
		if (!all || !name)
			json_decref(parameter);
		return -ENOMEM;
	}
	ms_nl_each(value, inside[DEVLINK_ATTR_PARAM_VALUES_LIST])
		if (take_value(type, value, parameter))
			return -ENOMEM;
	return judge_pending(parameter);
}

/* ---- firmware ---- */

static int take_version(const struct nlattr *nest, const char *store, json_t *firmware)
{
	const struct nlattr *attrs[DEVLINK_ATTR_INFO_VERSION_VALUE + 1];
	json_auto_t *name = NULL;
	json_t *versions;

	ms_nl_parse_nested(nest, attrs, DEVLINK_ATTR_INFO_VERSION_VALUE);
	if (!ms_nl_text(attrs[DEVLINK_ATTR_INFO_VERSION_NAME]))
		return 0;
	name = ms_nl_json_text(attrs[DEVLINK_ATTR_INFO_VERSION_NAME]);
	versions = name ? member(firmware, store) : NULL;
	return versions ? nic_put_text(versions, json_string_value(name),
				       ms_nl_text(attrs[DEVLINK_ATTR_INFO_VERSION_VALUE]))
			: -ENOMEM;
}

static int take_versions(const struct nlmsghdr *reply, json_t *firmware)
{
	const struct nlattr *attr = NULL;
	int r = 0;

	while (!r && (attr = ms_nl_next_in(reply, GENL_HDRLEN, attr)))
		switch (ms_nl_type(attr)) {
		case DEVLINK_ATTR_INFO_VERSION_RUNNING:
			r = take_version(attr, "running", firmware);
			break;
		case DEVLINK_ATTR_INFO_VERSION_STORED:
			r = take_version(attr, "stored", firmware);
			break;
		case DEVLINK_ATTR_INFO_VERSION_FIXED:
			r = take_version(attr, "fixed", firmware);
			break;
		default: break;
		}
	return r;
}

/* The firmware as a whole has one of these names (devlink-info). */
const char *nic_firmware_version(const json_t *versions)
{
	static const char *const names[] = { "fw.version", "fw", "fw.mgmt", NULL };

	for (const char *const *name = names; *name; name++)
		if (json_object_get(versions, *name))
			return json_string_value(json_object_get(versions, *name));
	return NULL;
}

int nic_parse_info(const struct nlmsghdr *reply, json_t *status)
{
	const struct nlattr *attrs[DEVLINK_ATTR_MAX + 1];
	json_t *firmware = json_object();
	const char *version;

	if (!firmware || json_object_set_new(status, "firmware", firmware) < 0 ||
	    take_versions(reply, firmware))
		return -ENOMEM;
	parse(reply, attrs);
	version = nic_firmware_version(json_object_get(firmware, "running"));
	if (nic_put_text(firmware, "version", version) ||
	    nic_put_text(status, "serialNumber",
			 ms_nl_text(attrs[DEVLINK_ATTR_INFO_SERIAL_NUMBER])))
		return -ENOMEM;
	return json_object_size(firmware) ? 0 : json_object_del(status, "firmware");
}
