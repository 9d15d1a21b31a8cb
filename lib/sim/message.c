/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Extended information (DSP0266 section 8.6): messages of the Base registry, unless the model words them otherwise.
 */
#include <stdarg.h>
#include "sim/engine.h"

struct message {
	const char *key;
	unsigned status;
	const char *id, *text, *severity, *resolution;
};

static const struct message messages[] = {
	{ "success", 200, "Success", "Successfully Completed Request", "OK", "None" },
	{ "created", 201, "Created", "The resource has been created successfully", "OK", "None" },
	{ "unauthorized", 401, "NoValidSession",
	  "There is no valid session established with the implementation.", "Critical",
	  "Establish a session before attempting any operations." },
	{ "bad_login", 401, "ResourceAtUriUnauthorized",
	  "While accessing the resource at %1, the service received an authorization error: Invalid username or password.",
	  "Critical", "Ensure that the appropriate access is provided for the service in order for it to access the URI." },
	{ "forbidden", 403, "InsufficientPrivilege",
	  "There are insufficient privileges for the account or credentials associated with the current session to perform "
	  "the requested operation.", "Critical",
	  "Either abandon the operation or change the associated access rights and resubmit the request." },
	{ "password_change", 403, "PasswordChangeRequired",
	  "The password provided for this account must be changed before access is granted.  PATCH the Password property "
	  "for this account located at the target URI '%1' to complete this process.", "Critical",
	  "Change the password for this account using a PATCH to the Password property at the URI provided." },
	{ "license", 403, "ActionNotSupported", "A licence is required for this operation: %1.", "Warning",
	  "Install the licence and repeat the request." },
	{ "session_full", 503, "SessionLimitExceeded",
	  "The session establishment failed due to the number of simultaneous sessions exceeding the limit of the "
	  "implementation.", "Critical",
	  "Reduce the number of other sessions before trying to establish the session or increase the limit of simultaneous "
	  "sessions, if supported." },
	{ "not_found", 404, "ResourceMissingAtURI", "The resource at the URI '%1' was not found.", "Critical",
	  "Place a valid resource at the URI or correct the URI and resubmit the request." },
	{ "method", 405, "OperationNotAllowed", "The HTTP method is not allowed on this resource.", "Critical",
	  "None." },
	{ "malformed", 400, "MalformedJSON",
	  "The request body submitted was malformed JSON and could not be parsed by the receiving service.", "Critical",
	  "Ensure that the request body is valid JSON and resubmit the request." },
	{ "empty", 400, "EmptyJSON", "The request body submitted contained an empty JSON object and the service is unable to "
	  "process it.", "Warning", "Add properties in the JSON object and resubmit the request." },
	{ "too_big", 413, "PayloadTooLarge", "The supplied payload exceeds the maximum size.", "Critical", "None." },
	{ "unknown", 400, "PropertyUnknown",
	  "The property %1 is not in the list of valid properties for the resource.", "Warning",
	  "Remove the unknown property from the request body and resubmit the request if the operation failed." },
	{ "read_only", 400, "PropertyNotWritable",
	  "The property %1 is a read only property and cannot be assigned a value.", "Warning",
	  "Remove the property from the request body and resubmit the request if the operation failed." },
	{ "type", 400, "PropertyValueTypeError",
	  "The value %1 for the property %2 is of a different type than the property can accept.", "Warning",
	  "Correct the value for the property in the request body and resubmit the request if the operation failed." },
	{ "value", 400, "PropertyValueNotInList",
	  "The value %1 for the property %2 is not in the list of acceptable values.", "Warning",
	  "Choose a value from the enumeration list that the implementation can support and resubmit the request if the "
	  "operation failed." },
	{ "range", 400, "PropertyValueOutOfRange",
	  "The value '%1' for the property %2 is not in the supported range of acceptable values.", "Warning",
	  "Correct the value for the property in the request body and resubmit the request if the operation failed." },
	{ "format", 400, "PropertyValueFormatError",
	  "The value '%1' for the property %2 is of a different format than the property can accept.", "Warning",
	  "Correct the value for the property in the request body and resubmit the request if the operation failed." },
	{ "dependency", 400, "PropertyNotWritable",
	  "The property %1 cannot be changed now because it depends on %2.", "Warning",
	  "Change what it depends on first, restart the system, and repeat the request." },
	{ "missing", 400, "PropertyMissing", "The property %1 is a required property and must be included in the request.",
	  "Warning", "Ensure that the property is in the request body and has a valid value and resubmit the request." },
	{ "conflict", 400, "PropertyValueConflict",
	  "The property '%1' could not be written because its value would conflict with the value of the '%2' property.",
	  "Warning", "No resolution is required." },
	{ "password", 400, "PropertyValueFormatError", "The new password does not meet the policy of this service: %1.",
	  "Warning", "Choose a longer password." },
	{ "precondition_required", 428, "PreconditionRequired",
	  "A precondition header or annotation is required to change this resource.", "Critical",
	  "Try the operation again using an If-Match header." },
	{ "precondition_failed", 412, "PreconditionFailed",
	  "The ETag supplied did not match the ETag required to change this resource.", "Critical",
	  "Try the operation again using the appropriate ETag." },
	{ "action_unknown", 400, "ActionNotSupported", "The action %1 is not supported by the resource.", "Critical",
	  "The action supplied cannot be resubmitted to the implementation.  Perhaps the action was invalid, the wrong "
	  "resource was the target or the implementation documentation may be of assistance." },
	{ "action_missing", 400, "ActionParameterMissing",
	  "The action %1 requires that the parameter %2 be present in the request body.", "Critical",
	  "Supply the action with the required parameter in the request body when the request is resubmitted." },
	{ "action_value", 400, "ActionParameterValueNotInList",
	  "The value '%1' for the parameter %2 in the action is not in the list of acceptable values.", "Warning",
	  "Choose a value from the enumeration list and resubmit the request if the operation failed." },
	{ "action_parameter", 400, "ActionParameterUnknown",
	  "The action %1 was submitted with the invalid parameter %2.", "Warning",
	  "Correct the invalid parameter and resubmit the request if the operation failed." },
	{ "already", 409, "ResourceInUse", "The change could not be made because the system is already %1.", "Warning",
	  "Remove the condition and resubmit the request if the operation failed." },
	{ "post", 400, "ResourceInUse", "The change to the requested resource failed because the system is in POST.",
	  "Warning", "Wait until the system has passed POST and resubmit the request." },
	{ "job_open", 400, "ResourceInUse",
	  "Pending configuration values are already committed, unable to perform another set operation.", "Warning",
	  "Wait for the scheduled job to complete or delete it before attempting more set attribute operations." },
	{ "nothing_pending", 400, "NoOperation", "There are no pending values to apply.", "Warning", "None." },
	{ "in_use", 400, "ResourceInUse", "The change to the requested resource failed because the resource is in use or in "
	  "transition.", "Warning", "Remove the condition and resubmit the request if the operation failed." },
	{ "exists", 400, "ResourceAlreadyExists",
	  "The requested resource of type ManagerAccount with the property UserName with the value %1 already exists.",
	  "Critical", "Do not repeat the create operation as the resource has already been created." },
	{ "full", 400, "CreateLimitReachedForResource",
	  "The create operation failed because the resource has reached the limit of possible resources.", "Critical",
	  "Either delete resources and resubmit the request if the operation failed or do not resubmit the request." },
	{ "uri", 400, "ActionParameterValueFormatError", "The value '%1' for the parameter %2 is not a usable URI.",
	  "Warning", "Correct the value and resubmit the request." },
	{ "certificate", 400, "ActionParameterValueFormatError",
	  "The certificate is not valid or does not belong to the key of the last signing request.", "Warning",
	  "Sign the request that GenerateCSR returned." },
	{ "internal", 500, "InternalError", "The request failed due to an internal service error.  The service is still "
	  "operational.", "Critical", "Resubmit the request.  If the problem persists, consider resetting the service." },
	{ "accepted", 202, "OperationTransitioningToTask", "The operation will transition to a task at URI %1.", "OK",
	  "Follow the referenced job or task and monitor the result if needed." },
};

static const struct message *find(const char *key)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(messages); i++)
		if (!strcmp(messages[i].key, key))
			return &messages[i];
	return find("internal");
}

/* "%1" and "%2" of the registry's text. */
static char *fill_args(const char *text, const json_t *args)
{
	struct ms_buf buf = { 0 };

	for (; *text; text++) {
		const char *arg;

		if (*text != '%' || text[1] < '1' || text[1] > '9') {
			ms_buf_add(&buf, text, 1);
			continue;
		}
		text++;
		arg = json_string_value(json_array_get(args, (size_t)(*text - '1')));
		ms_buf_puts(&buf, arg ? arg : "");
	}
	return ms_buf_steal(&buf);
}

static json_t *info_of(const struct sim_req *req, const struct message *base, const json_t *words, json_t *args)
{
	const json_t *how = req->bmc->shape->model->behaviour;
	const char *registry = ms_str(how, "/registry", "Base.1.12"), *id = ms_str(words, "/id", NULL);
	MS_AUTO_FREE char *text = fill_args(ms_str(words, "/text", base->text), args);
	json_t *info = json_pack("{s:s, s:s, s:O, s:s, s:s, s:s}", "@odata.type", "#Message.v1_1_1.Message", "Message",
				 text ? text : "", "MessageArgs", args, "MessageSeverity", base->severity, "Severity",
				 base->severity, "Resolution", ms_str(words, "/resolution", base->resolution));

	json_object_set_new(info, "MessageId", id ? json_string(id) : json_sprintf("%s.%s", registry, base->id));
	return info;
}

/* What ought to be a list is an object or a text in some firmware. */
static json_t *wrap_info(const struct sim_req *req, json_t *info)
{
	const char *form = ms_str(req->bmc->shape->model->behaviour, "/extended_info", "list");
	json_t *text;

	if (!strcmp(form, "object"))
		return info;
	if (!strcmp(form, "string")) {
		text = json_string(ms_str(info, "/Message", ""));
		json_decref(info);
		return text;
	}
	return json_pack("[o]", info);
}

static void answer(struct sim_req *req, const struct message *base, const json_t *words, json_t *info)
{
	json_t *error;

	sim_reply_clear(req);
	req->reply.status = (unsigned)ms_int(words, "/status", base->status);
	req->reply.retry_after = (unsigned)ms_int(words, "/retry_after", 0);
	if (req->reply.status < 300) {
		req->reply.body = json_pack("{s:o}", "@Message.ExtendedInfo", wrap_info(req, info));
		return;
	}
	error = json_pack("{s:s+, s:s}", "code", ms_str(req->bmc->shape->model->behaviour, "/registry", "Base.1.12"),
			  ".GeneralError", "message",
			  "A general error has occurred. See ExtendedInfo for more information.");
	json_object_set_new(error, "@Message.ExtendedInfo", wrap_info(req, info));
	req->reply.body = json_pack("{s:o}", "error", error);
}

void sim_say(struct sim_req *req, const char *key, const char *property, ...)
{
	const struct message *base = find(key);
	const json_t *words = ms_at(req->bmc->shape->model->doc, "/messages/%s", key);
	json_auto_t *args = json_array();
	const char *arg;
	json_t *info;
	va_list list;

	va_start(list, property);
	while ((arg = va_arg(list, const char *)))
		json_array_append_new(args, json_string(arg));
	va_end(list);
	info = info_of(req, base, words, args);
	if (property)
		json_object_set_new(info, "RelatedProperties", json_pack("[s]", property));
	answer(req, base, words, info);
	if (req->reply.status >= 400)
		req->bmc->refused++;
}

/* Success in the model's own manner: an empty body, or one that says so. */
void sim_done(struct sim_req *req, unsigned status)
{
	if (status == 204 || !ms_bool(req->bmc->shape->model->behaviour, "/chatty", false)) {
		req->reply.status = status;
		return;
	}
	sim_say(req, "success", NULL, NULL);
	req->reply.status = status;
}
