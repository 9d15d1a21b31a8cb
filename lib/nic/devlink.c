/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devlink(8) by generic netlink: asking it, and changing what it keeps. */
#include "nic/here.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>

/* A reload, or another mode of the eswitch, restarts firmware functions. */
#define SLOW_SECONDS 180
#define FLASH_SECONDS 600

bool nic_handle_of(const char *pci, const struct ms_link *link, struct nic_handle *ret_handle)
{
	if (!*pci && (!link || !*link->bus))
		return false;
	snprintf(ret_handle->bus, sizeof(ret_handle->bus), "%s", *pci ? "pci" : link->bus);
	snprintf(ret_handle->name, sizeof(ret_handle->name), "%s", *pci ? pci : link->device);
	return true;
}

int nic_devlink_init(struct nic_here *here, struct ms_nl_request *request,
		     const struct nic_handle *handle, uint8_t command, uint16_t flags,
		     const char *what, struct ms_err *err)
{
	int r = ms_genl_request_init(here->host, request, DEVLINK_GENL_NAME, command, flags, err,
				     "%s of %s/%s", what, handle->bus, handle->name);

	if (r)
		return r;
	ms_nl_put_text(request, DEVLINK_ATTR_BUS_NAME, handle->bus);
	ms_nl_put_text(request, DEVLINK_ATTR_DEV_NAME, handle->name);
	return 0;
}

/* ---- asking ---- */

struct asking {
	const struct nic_handle *handle;
	int (*parse)(const struct nlmsghdr *reply, json_t *status);
	json_t *status;
};

static int take(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	const struct asking *asking = ctx;

	/* Kernels before 6.5 dump the whole machine. */
	if (!nic_is_of(reply, asking->handle))
		return 0;
	return asking->parse(reply, asking->status) ? ms_nomem(err) : 0;
}

static int ask(struct nic_here *here, const struct asking *asking, uint8_t command, uint16_t flags,
	       const char *what, struct ms_err *err)
{
	MS_AUTO_NL struct ms_nl_request request;
	int r = nic_devlink_init(here, &request, asking->handle, command, flags, what, err);

	here->no_devlink = r == -EOPNOTSUPP;
	return r ? r : ms_nl_talk(here->host, &request, take, (void *)asking, err);
}

/* A device whose driver has no devlink, as one without a driver, is -ENODEV at once. */
static int question(struct nic_look *look, uint8_t command, uint16_t flags, const char *what,
		    int (*parse)(const struct nlmsghdr *reply, json_t *status), struct ms_err *err)
{
	struct nic_here *here = look->here;
	struct nic_handle handle;
	struct asking asking = { &handle, parse, look->status };
	struct ms_err inner = MS_ERR_INIT;
	int r;

	if (here->no_devlink || look->no_devlink ||
	    !nic_handle_of(look->pci, look->link, &handle) ||
	    (*look->pci && !ms_str(look->status, "/driver", NULL)))
		return 0;
	r = ask(here, &asking, command, flags, what, &inner);
	look->no_devlink = r == -ENODEV;
	return look->no_devlink ? 0 : nic_soft(r, &inner, look->status, err);
}

int nic_info(struct nic_look *look, struct ms_err *err)
{
	return question(look, DEVLINK_CMD_INFO_GET, 0, "firmware", nic_parse_info, err);
}

int nic_eswitch(struct nic_look *look, struct ms_err *err)
{
	int r = question(look, DEVLINK_CMD_ESWITCH_GET, 0, "eswitch", nic_parse_eswitch, err);

	return r ? r
		 : question(look, DEVLINK_CMD_PORT_GET, NLM_F_DUMP, "ports", nic_parse_port, err);
}

int nic_parameters(struct nic_look *look, struct ms_err *err)
{
	return question(look, DEVLINK_CMD_PARAM_GET, NLM_F_DUMP, "parameters", nic_parse_parameter,
			err);
}

/* ---- changing ---- */

static int begin(const struct nic_act *act, struct ms_nl_request *request, uint8_t command,
		 const char *what, struct ms_err *err)
{
	struct nic_handle handle;
	int r;

	if (!nic_handle_of(act->pci, act->link, &handle))
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "%s: it is on no bus that devlink knows", what);
	r = nic_devlink_init(act->here, request, &handle, command, 0, what, err);
	request->seconds = SLOW_SECONDS;
	return r;
}

static int set_eswitch(const struct nic_act *act, const char *key, int attr, int value, size_t len,
		       struct ms_err *err)
{
	const json_t *want = json_object_get(json_object_get(act->want, "eswitch"), key);
	MS_AUTO_NL struct ms_nl_request request = { 0 };
	uint16_t number = (uint16_t)value;
	int r;

	if (!want ||
	    json_equal(want, json_object_get(json_object_get(act->status, "eswitch"), key)))
		return 0;
	r = begin(act, &request, DEVLINK_CMD_ESWITCH_SET, key, err);
	if (r)
		return r;
	if (len == sizeof(uint8_t))
		ms_nl_put_u8(&request, attr, (uint8_t)number);
	else
		ms_nl_put_u16(&request, attr, number);
	return ms_nl_talk(act->here->host, &request, NULL, NULL, err);
}

int nic_act_eswitch(const struct nic_act *act, struct ms_err *err)
{
	int mode = nic_eswitch_mode_of(ms_str(act->want, "/eswitch/mode", NULL)),
	    inlined = nic_inline_mode_of(ms_str(act->want, "/eswitch/inlineMode", NULL));
	int r = set_eswitch(act, "mode", DEVLINK_ATTR_ESWITCH_MODE, mode, 2, err);

	if (!r)
		r = set_eswitch(act, "inlineMode", DEVLINK_ATTR_ESWITCH_INLINE_MODE, inlined, 1,
				err);
	return r ? r
		 : set_eswitch(act, "encap", DEVLINK_ATTR_ESWITCH_ENCAP_MODE,
			       ms_bool(act->want, "/eswitch/encap", false), 1, err);
}

static void put_number(struct ms_nl_request *request, int type, uint64_t number)
{
	int attr = DEVLINK_ATTR_PARAM_VALUE_DATA;

	switch (type) {
	case 1: ms_nl_put_u8(request, attr, (uint8_t)number); break;
	case 2: ms_nl_put_u16(request, attr, (uint16_t)number); break;
	case 3: ms_nl_put_u32(request, attr, (uint32_t)number); break;
	default: ms_nl_put_u64(request, attr, number);
	}
}

static int put_value(struct ms_nl_request *request, int type, const json_t *value,
		     struct ms_err *err)
{
	uint64_t number = (uint64_t)json_integer_value(value);

	switch (json_typeof(value)) {
	case JSON_TRUE:
	case JSON_FALSE:
		if (type != 6)
			break;
		if (json_is_true(value))
			ms_nl_put_flag(request, DEVLINK_ATTR_PARAM_VALUE_DATA);
		return 0;
	case JSON_STRING:
		if (type != 5)
			break;
		ms_nl_put_text(request, DEVLINK_ATTR_PARAM_VALUE_DATA, json_string_value(value));
		return 0;
	case JSON_INTEGER:
		if (type < 1 || type > 4 || (type < 4 && number >> (8 << (type - 1))))
			break;
		put_number(request, type, number);
		return 0;
	default: break;
	}
	return ms_fail(err, -EINVAL, MS_INPUT, "%s: not a value of its type", request->what);
}

static int set_value(const struct nic_act *act, const char *name, const char *mode,
		     const json_t *value, struct ms_err *err)
{
	const json_t *now = json_object_get(json_object_get(act->status, "parameters"), name);
	int type = nic_parameter_type_of(ms_str(now, "/type", NULL)),
	    cmode = nic_parameter_mode_of(mode);
	MS_AUTO_NL struct ms_nl_request request = { 0 };
	int r;

	if (type < 0 || cmode < 0)
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "it has no parameter \"%.64s\" any more", name);
	r = begin(act, &request, DEVLINK_CMD_PARAM_SET, name, err);
	if (r)
		return r;
	ms_nl_put_text(&request, DEVLINK_ATTR_PARAM_NAME, name);
	ms_nl_put_u8(&request, DEVLINK_ATTR_PARAM_TYPE, (uint8_t)type);
	ms_nl_put_u8(&request, DEVLINK_ATTR_PARAM_VALUE_CMODE, (uint8_t)cmode);
	r = put_value(&request, type, value, err);
	return r ? r : ms_nl_talk(act->here->host, &request, NULL, NULL, err);
}

static int reload(const struct nic_act *act, struct ms_err *err)
{
	MS_AUTO_NL struct ms_nl_request request = { 0 };
	int r = begin(act, &request, DEVLINK_CMD_RELOAD, "reload", err);

	return r ? r : ms_nl_talk(act->here->host, &request, NULL, NULL, err);
}

/* What waits for a reload is seen as set: when the reload fails, the old value comes back, so that
 * the next plan does not take it for done. */
static int set_and_reload(const struct nic_act *act, const char *name, const json_t *value,
			  struct ms_err *err)
{
	const json_t *now = json_object_get(json_object_get(act->status, "parameters"), name),
		     *old = json_object_get(now, "driverinit");
	struct ms_err ignored = MS_ERR_INIT;
	int r = set_value(act, name, "driverinit", value, err);

	if (r)
		return r;
	r = reload(act, err);
	if (r && old)
		set_value(act, name, "driverinit", old, &ignored);
	return r;
}

int nic_act_parameter(const struct nic_act *act, struct ms_err *err)
{
	const char *name, *mode;
	json_t *modes, *value;
	int r = 0;

	json_object_foreach(json_object_get(act->want, "parameters"), name, modes)
		json_object_foreach(modes, mode, value) {
			if (r)
				continue;
			r = strcmp(mode, "driverinit") ? set_value(act, name, mode, value, err)
						       : set_and_reload(act, name, value, err);
		}
	return r;
}

/* The kernel looks for the file under /lib/firmware, and answers when the device has taken it. */
int nic_act_flash(const struct nic_act *act, struct ms_err *err)
{
	const char *file = ms_str(act->nic, "/spec/firmware/file", NULL);
	MS_AUTO_NL struct ms_nl_request request = { 0 };
	int r;

	if (!file)
		return ms_fail(err, -EINVAL, MS_INPUT,
			       "spec.firmware.file does not say what to write");
	r = begin(act, &request, DEVLINK_CMD_FLASH_UPDATE, "flash", err);
	if (r)
		return r;
	request.seconds = FLASH_SECONDS;
	ms_nl_put_text(&request, DEVLINK_ATTR_FLASH_UPDATE_FILE_NAME, file);
	return ms_nl_talk(act->here->host, &request, NULL, NULL, err);
}
