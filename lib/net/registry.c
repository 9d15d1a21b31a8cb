/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of messages: the Base registry (DSP8011), then vendors.  Only rows that tell more than
 * the HTTP status; a key without a registry is the same word on several vendors.
 */
#include "core/core.h"
#include "net/message.h"
#include "net/redfish.h"

static const struct ms_message_row rows[] = {
	/* who may */
	{ NULL, "InsufficientPrivilege", MS_AUTH, NULL },
	{ NULL, "InsufficientPrivilegeForOperation", MS_AUTH, NULL },
	{ NULL, "AccessDenied", MS_AUTH, NULL },
	{ NULL, "NoValidSession", MS_AUTH, NULL },
	{ NULL, "ResourceAtUriUnauthorized", MS_AUTH, NULL },
	{ NULL, "AccountForSessionNoLongerExists", MS_AUTH, NULL },
	{ NULL, "AuthenticationTokenRequired", MS_AUTH, NULL },
	{ NULL, "RestrictedPrivilege", MS_AUTH, NULL },
	{ NULL, "RestrictedRole", MS_AUTH, NULL },
	{ NULL, "PasswordChangeRequired", MS_AUTH, NULL },
	{ NULL, "PasswordResetRequired", MS_AUTH, NULL },
	{ "SMC", "AccountLockup", MS_AUTH,
	  "the account is locked: wait, or unlock it with another one" },
	{ "iLO", "UnauthorizedLoginAttempt", MS_AUTH, NULL },
	{ "iLO", "UnauthenticatedLogin*", MS_AUTH, NULL },

	/* sessions */
	{ NULL, "SessionLimitExceeded", MS_SESSION, "close sessions, or use --auth basic" },
	{ "IDRAC", "RAC0218", MS_SESSION, "close sessions, or use --auth basic" },
	{ "SMC", "OemBasicAuthApplyIkvmFail", MS_SESSION, NULL },

	/* licences */
	{ "SMC", "OemLicenseNotPassed", MS_LICENSE, "install the licence on the BMC" },
	{ "iLO", "LicenseKeyRequired", MS_LICENSE, "install the licence on the BMC" },
	{ "IDRAC", "LIC*", MS_LICENSE, "install the licence on the BMC" },
	{ NULL, "LicenseRequired", MS_LICENSE, "install the licence on the BMC" },
	{ NULL, "LicenseNotPassed", MS_LICENSE, "install the licence on the BMC" },

	/* come back later */
	{ NULL, "ServiceTemporarilyUnavailable", MS_BUSY, NULL },
	{ NULL, "ServiceShuttingDown", MS_BUSY, NULL },
	{ NULL, "ServiceInUnknownState", MS_BUSY, NULL },
	{ NULL, "ResourceInUse", MS_CONFLICT, NULL },
	{ NULL, "ConditionInRelatedResource", MS_CONFLICT, NULL },
	{ NULL, "OperationTimeout", MS_TIMEOUT, NULL },
	{ "iLO", "UnableToModifyDuringSystemPOST", MS_BUSY, NULL },
	{ "iLO", "InvalidOperationForSystemState", MS_BUSY, NULL },
	{ "iLO", "ResetInProgress", MS_BUSY, NULL },
	{ "IDRAC", "SYS518", MS_BUSY, NULL },
	{ "IDRAC", "LC060", MS_BUSY, NULL },
	{ "IDRAC", "JCP024", MS_BUSY, NULL },
	{ "IDRAC", "RAC0508", MS_BUSY, NULL },
	{ "SMC", "OemPortInTcpWaitTimeState", MS_BUSY, NULL },

	/* the state forbids it */
	{ NULL, "ResourceInStandby", MS_CONFLICT, NULL },
	{ NULL, "ResourceAlreadyExists", MS_CONFLICT, NULL },
	{ NULL, "ResourceCreationConflict", MS_CONFLICT, NULL },
	{ NULL, "ActionParameterValueConflict", MS_CONFLICT, NULL },
	{ NULL, "PropertyValueConflict", MS_CONFLICT, NULL },
	{ NULL, "PropertyValueResourceConflict", MS_CONFLICT, NULL },
	{ NULL, "PropertyValueExternalConflict", MS_CONFLICT, NULL },
	{ NULL, "ChassisPowerStateOffRequired", MS_CONFLICT, NULL },
	{ NULL, "ChassisPowerStateOnRequired", MS_CONFLICT, NULL },
	{ "IDRAC", "SYS011", MS_CONFLICT,
	  "another configuration job is pending: delete it, or let it run" },
	{ "IDRAC", "RAC052", MS_CONFLICT,
	  "another configuration job is pending: delete it, or let it run" },
	{ "IDRAC", "LC068", MS_CONFLICT,
	  "another configuration job is pending: delete it, or let it run" },
	{ "IDRAC", "BIOS011", MS_CONFLICT,
	  "another configuration job is pending: delete it, or let it run" },
	{ "IDRAC", "NIC011", MS_CONFLICT,
	  "another configuration job is pending: delete it, or let it run" },
	{ "IDRAC", "JCP029", MS_CONFLICT, NULL },
	{ "IDRAC", "JCP041", MS_CONFLICT, "leave System Lockdown mode first" },
	{ "SMC", "OemSystemLockdownEnabled", MS_CONFLICT, "leave System Lockdown mode first" },
	{ "SMC", "OemSystemLockdownEnabledPatchValid", MS_CONFLICT,
	  "leave System Lockdown mode first" },
	{ "SMC", "OemFirmwareAlreadyInUpdateMode", MS_CONFLICT,
	  "reset the BMC to leave the update mode" },
	{ "SMC", "OemBiosUpdateIsInProgress", MS_CONFLICT, NULL },

	/* not there */
	{ NULL, "ResourceMissingAtURI", MS_NOTFOUND, NULL },
	{ NULL, "ResourceNotFound", MS_NOTFOUND, NULL },
	{ NULL, "InvalidURI", MS_NOTFOUND, NULL },
	{ "IDRAC", "SYS403", MS_NOTFOUND, NULL },

	/* cannot */
	{ NULL, "ActionNotSupported", MS_UNSUPPORTED, NULL },
	{ NULL, "ActionParameterNotSupported", MS_UNSUPPORTED, NULL },
	{ NULL, "ActionParameterUnknown", MS_UNSUPPORTED, NULL },
	{ NULL, "ActionParameterValueNotInList", MS_UNSUPPORTED, NULL },
	{ NULL, "OperationNotAllowed", MS_UNSUPPORTED, NULL },
	{ NULL, "PropertyUnknown", MS_UNSUPPORTED, NULL },
	{ NULL, "PropertyNotWritable", MS_UNSUPPORTED, NULL },
	{ NULL, "PropertyValueNotInList", MS_UNSUPPORTED, NULL },
	{ NULL, "PropertyValueOutOfRange", MS_UNSUPPORTED, NULL },
	{ NULL, "QueryNotSupported", MS_UNSUPPORTED, NULL },
	{ NULL, "QueryNotSupportedOnResource", MS_UNSUPPORTED, NULL },
	{ NULL, "QueryNotSupportedOnOperation", MS_UNSUPPORTED, NULL },
	{ NULL, "ResourceCannotBeDeleted", MS_UNSUPPORTED, NULL },
	{ NULL, "ServiceDisabled", MS_UNSUPPORTED, NULL },
	{ "iLO", "UnsupportedOperation", MS_UNSUPPORTED, NULL },
	{ "SMC", "NotSupportSecureboot", MS_UNSUPPORTED, NULL },

	/* ETags */
	{ NULL, "PreconditionFailed", MS_PRECONDITION, NULL },
	{ NULL, "PreconditionRequired", MS_PRECONDITION, NULL },
};

/* Dell also sends bare event ids: "SYS518" without a registry. */
static bool registry_fits(const char *registry, const char *id)
{
	size_t n = strcspn(id, ".");

	if (!registry || !id[n])
		return true;
	return n == strlen(registry) && !strncasecmp(id, registry, n);
}

static bool key_fits(const char *pattern, const char *key)
{
	size_t n = strlen(pattern);

	return pattern[n - 1] == '*' ? !strncmp(pattern, key, n - 1) : !strcmp(pattern, key);
}

const struct ms_message_row *ms_message_find(const char *id)
{
	const char *key = ms_rf_message_key(id);

	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		if (key_fits(rows[i].key, key) && registry_fits(rows[i].registry, id))
			return &rows[i];
	return NULL;
}
