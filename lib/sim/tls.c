/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GnuTLS asks here for the certificate of a connection: made anew each time, and freed by GnuTLS with the connection.
 */
#include <openssl/crypto.h>
#include "sim/engine.h"
#include "sim/tls.h"

/* A fault may show another key than the pinned one. */
static unsigned shown_generation(const struct sim_bmc *bmc)
{
	return (unsigned)(ms_int(bmc->cert, "/shown", ms_int(bmc->cert, "/generation", 0)));
}

static int import_cert(const struct sim_bmc *bmc, gnutls_pcert_st *pcert)
{
	unsigned char *der;
	int len, r = sim_key_cert(bmc, shown_generation(bmc), &der, &len);

	if (r)
		return r;
	r = gnutls_pcert_import_x509_raw(pcert, &(gnutls_datum_t){ der, (unsigned)len }, GNUTLS_X509_FMT_DER, 0);
	OPENSSL_free(der);
	return r;
}

static int import_key(const struct sim_bmc *bmc, gnutls_privkey_t key)
{
	unsigned char *der;
	int len, r = sim_key(bmc, shown_generation(bmc), &der, &len);

	if (r)
		return r;
	r = gnutls_privkey_import_x509_raw(key, &(gnutls_datum_t){ der, (unsigned)len }, GNUTLS_X509_FMT_DER, NULL, 0);
	OPENSSL_cleanse(der, (size_t)len);
	OPENSSL_free(der);
	return r;
}

int sim_tls_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **certs,
			unsigned *n_certs, gnutls_ocsp_data_st **ocsp, unsigned *n_ocsp, gnutls_privkey_t *key,
			unsigned *flags)
{
	const struct sim_bmc *bmc = gnutls_session_get_ptr(session);
	gnutls_pcert_st *pcert = bmc ? gnutls_calloc(1, sizeof(*pcert)) : NULL;

	(void)info;
	if (!pcert)
		return -1;
	if (gnutls_privkey_init(key)) {
		gnutls_free(pcert);
		return -1;
	}
	if (import_key(bmc, *key) || import_cert(bmc, pcert)) {
		gnutls_privkey_deinit(*key);
		gnutls_free(pcert);
		return -1;
	}
	*certs = pcert;
	*n_certs = 1;
	*ocsp = NULL;
	*n_ocsp = 0;
	*flags = GNUTLS_CERT_RETR_DEINIT_ALL;
	return 0;
}
